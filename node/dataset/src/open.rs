//! Opening a dataset file: nothing of it is used before all of it was checked.
use std::ops::Range;

use moneta_disk::{Folder, View};

use crate::DatasetError;
use crate::layout::{ITEM, Recipe, length};

/// Items computed anew at each opening, spread over the dataset.
const SPOT_CHECKS: usize = 32;

/// A dataset read through a view of its file.
pub struct DatasetFile {
    view: View,
    data: Range<usize>,
}

impl DatasetFile {
    /// Returns the dataset; in a mapped file it begins on a page of memory.
    pub fn as_bytes(&self) -> &[u8] {
        &self.view[self.data.clone()]
    }
}

/// Opens the dataset of a recipe in `folder` and checks all of it.
///
/// # Errors
/// The file is not there, is foreign, torn or damaged, or can't be read.
pub fn open(folder: &dyn Folder, recipe: &Recipe<'_>) -> Result<DatasetFile, DatasetError> {
    let name = recipe.name();
    let refused = DatasetError::of(recipe.epoch);
    let file = folder.open(&name).map_err(&refused)?;
    let got = file.len().map_err(&refused)?;
    let expected = recipe.file_len();
    let view = file.view_at_random(got.min(expected)).map_err(&refused)?;
    if !recipe.is_stamped(&view) {
        return Err(DatasetError::Foreign { name });
    }
    if got != expected {
        return Err(DatasetError::WrongLength {
            name,
            got,
            expected,
        });
    }
    let whole = recipe.whole_segments(&view);
    if let Some((_, segment)) = whole.into_iter().zip(0..).find(|(whole, _)| !whole) {
        return Err(DatasetError::Damaged { name, segment });
    }
    let dataset = DatasetFile {
        view,
        data: length(recipe.data_at())..length(expected),
    };
    if let Some(item) = first_wrong_item(dataset.as_bytes(), recipe) {
        return Err(DatasetError::WrongItem { name, item });
    }
    Ok(dataset)
}

/// Computes some items anew: checksums tell what was written, not whether it was right.
fn first_wrong_item(dataset: &[u8], recipe: &Recipe<'_>) -> Option<u32> {
    let (items, _) = dataset.as_chunks::<ITEM>();
    let step = items.len().div_ceil(SPOT_CHECKS);
    items
        .iter()
        .zip(0..)
        .step_by(step)
        .find(|(item, number)| {
            let mut computed = [0; ITEM];
            recipe.cache.write_items(*number, &mut computed);
            **item != computed
        })
        .map(|(_, number)| number)
}
