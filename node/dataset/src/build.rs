//! Building a dataset file, or going on with one whose build was killed.
use std::io;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread::scope;

use moneta_disk::{Folder, Storage};

use crate::layout::{Recipe, length};
use crate::{DatasetError, DatasetFile, open};

/// How far a build is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the dataset that are there.
    pub done_bytes: u64,
    /// Bytes of the whole dataset.
    pub total_bytes: u64,
}

/// Who hears of every segment that is written, from any thread, and may end the build.
pub type Watch<'a> = &'a (dyn Fn(Progress) -> ControlFlow<()> + Sync);

/// Opens the dataset of a recipe in `folder`; builds it with so many `threads` if it is not there, and mends it
/// if it is torn or damaged. A build that was killed, or that `watch` ended, goes on where it was.
///
/// The folder is this process's alone.
///
/// # Errors
/// A foreign file has the dataset's name, `watch` ended the build, or the system refuses something.
pub fn build(
    folder: &dyn Folder,
    recipe: &Recipe<'_>,
    threads: NonZero<usize>,
    watch: Watch<'_>,
) -> Result<DatasetFile, DatasetError> {
    let refused = DatasetError::of(recipe.epoch);
    let (name, part_name) = (recipe.name(), recipe.part_name());
    match open(folder, recipe) {
        Err(DatasetError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
        // What is whole of it need not be computed again.
        Err(DatasetError::WrongLength { .. } | DatasetError::Damaged { .. }) => {
            folder.rename(&name, &part_name).map_err(&refused)?;
        }
        // All of it is whole, and wrong.
        Err(DatasetError::WrongItem { .. }) => folder.remove(&name).map_err(&refused)?,
        opened_or_refused => return opened_or_refused,
    }
    let part = match folder.open(&part_name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => folder.create(&part_name),
        opened => opened,
    };
    let part = part.map_err(&refused)?;
    let missing = begin(&part, recipe).map_err(&refused)?;
    fill(&part, recipe, &missing, threads, watch)?;
    part.sync()
        .and_then(|()| folder.rename(&part_name, &name))
        .and_then(|()| folder.sync_names())
        .map_err(&refused)?;
    open(folder, recipe)
}

/// Returns which segments an earlier build has not left whole. The order in which its writes reached the disk
/// does not matter: only what meets its checksum counts.
fn begin(part: &Arc<dyn Storage>, recipe: &Recipe<'_>) -> io::Result<Vec<u64>> {
    part.sync()?;
    let len = part.len()?;
    let view = part.view(len.min(recipe.file_len()))?;
    let (is_ours, whole) = if recipe.is_stamped(&view) {
        (true, recipe.whole_segments(&view))
    } else {
        (false, vec![false; length(recipe.segments())])
    };
    // Nothing is written or cut while there is a view.
    drop(view);
    if !is_ours {
        part.truncate(0)?;
        part.write_at(0, &recipe.stamp())?;
    } else if len > recipe.file_len() {
        part.truncate(recipe.file_len())?;
    }
    let missing = whole.into_iter().zip(0..).filter(|(whole, _)| !whole);
    Ok(missing.map(|(_, segment)| segment).collect())
}

/// Computes and writes the segments that are missing.
fn fill(
    part: &Arc<dyn Storage>,
    recipe: &Recipe<'_>,
    missing: &[u64],
    threads: NonZero<usize>,
    watch: Watch<'_>,
) -> Result<(), DatasetError> {
    let left: usize = missing
        .iter()
        .map(|segment| recipe.segment(*segment).1)
        .sum();
    let done = AtomicU64::new(recipe.dataset_size - left as u64);
    let (next, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let work = || -> io::Result<()> {
        let mut buffer = Vec::new();
        while !is_over.load(Ordering::Relaxed) {
            let Some(segment) = missing.get(next.fetch_add(1, Ordering::Relaxed)) else {
                break;
            };
            let written = write(part.as_ref(), recipe, *segment, &mut buffer)
                .inspect_err(|_| is_over.store(true, Ordering::Relaxed))?;
            let progress = Progress {
                done_bytes: done.fetch_add(written, Ordering::Relaxed) + written,
                total_bytes: recipe.dataset_size,
            };
            if watch(progress).is_break() {
                is_over.store(true, Ordering::Relaxed);
            }
        }
        Ok(())
    };
    scope(|scope| {
        let others: Vec<_> = (1..threads.get()).map(|_| scope.spawn(work)).collect();
        let mine = work();
        others
            .into_iter()
            .map(|other| other.join().expect("a panic goes on in this thread"))
            .fold(mine, Result::and)
    })
    .map_err(DatasetError::of(recipe.epoch))?;
    let done_bytes = done.into_inner();
    if done_bytes < recipe.dataset_size {
        return Err(DatasetError::Stopped { done_bytes });
    }
    Ok(())
}

/// Computes a segment and writes it, its checksum last. Returns its length.
fn write(
    part: &dyn Storage,
    recipe: &Recipe<'_>,
    segment: u64,
    buffer: &mut Vec<u8>,
) -> io::Result<u64> {
    let (start, len) = recipe.segment(segment);
    buffer.resize(len, 0);
    recipe.cache.write_items(Recipe::item_at(start), buffer);
    part.write_at(recipe.data_at() + start, buffer)?;
    part.write_at(
        recipe.checksum_at(segment),
        &recipe.checksum(segment, buffer),
    )?;
    Ok(len as u64)
}
