//! The mempool's file: written whole beside the old one and put in its place, read through the same door as any other
//! transaction. It is a convenience: without it the node starts all the same.
use std::fs::{self, File};
use std::future::Future;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::core::{Core, Present};
use super::port::LocalNode;
use crate::mempool::decode;

/// The file in the node's folder.
const FILE: &str = "mempool.dat";
/// What is written until it is whole.
const FRESH: &str = "mempool.dat.new";
/// Larger files are none of ours: a full pool takes more memory than bytes.
const MAX_FILE_BYTES: u64 = 512 * 1024 * 1024;

impl LocalNode {
    /// Writes the mempool to `mempool.dat` now, if it has changed since it was last written. Done by itself when the
    /// node is dropped.
    ///
    /// # Errors
    /// The file can't be written; the one before is still there then.
    pub async fn save_mempool(&self) -> io::Result<()> {
        let core = Arc::clone(&self.core);
        let saved = tokio::task::spawn_blocking(move || core.save_mempool());
        saved
            .await
            .unwrap_or_else(|error| Err(io::Error::other(error)))
    }
}

/// Writes the mempool of `node` every `period` until `shutdown` is ready.
pub async fn keep_mempool(
    node: Arc<LocalNode>,
    period: Duration,
    shutdown: impl Future<Output = ()> + Send,
) {
    let mut shutdown = pin!(shutdown);
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = &mut shutdown => return,
            _ = ticks.tick() => {}
        }
        if let Err(error) = node.save_mempool().await {
            tracing::warn!(%error, "the mempool could not be saved");
        }
    }
}

impl Core {
    /// Takes in what was saved. What can't be read is told of and left aside.
    pub(super) fn load_mempool(&mut self) {
        let Some(dir) = self.dir.clone() else {
            return;
        };
        let bytes = match read(&dir.join(FILE)) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(%error, "the saved mempool can't be read: starting with an empty one");
                return;
            }
        };
        let saved = match decode(&bytes, self.params.genesis.block_hash()) {
            Ok(saved) => saved,
            Err(error) => {
                let path = set_aside(&dir);
                tracing::warn!(
                    %error, ?path,
                    "the saved mempool is of no use: set aside, starting with an empty one"
                );
                return;
            }
        };
        let (now, total) = (self.clock.now(), saved.len());
        let mut present = self.write();
        let Present { chain, pool } = &mut *present;
        pool.load(saved, chain, now);
        tracing::info!(total, waiting = pool.iter().count(), "mempool read");
        let revision = pool.revision();
        self.saved_revision.store(revision, Ordering::Relaxed);
    }

    /// Writes the pool, unless it is as it was when it was last written.
    pub(super) fn save_mempool(&self) -> io::Result<()> {
        let Some(dir) = &self.dir else {
            return Ok(());
        };
        // One at a time: two would write the same file.
        let _saving = self
            .saving
            .lock()
            .map_err(|_| io::Error::other("a save broke off"))?;
        let (bytes, revision) = {
            let pool = &self.read().pool;
            let revision = pool.revision();
            if revision == self.saved_revision.load(Ordering::Relaxed) {
                return Ok(());
            }
            (pool.dump(self.params.genesis.block_hash()), revision)
        };
        let (fresh, path) = (dir.join(FRESH), dir.join(FILE));
        let mut file = File::create(&fresh)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&fresh, &path)?;
        File::open(dir)?.sync_all()?;
        self.saved_revision.store(revision, Ordering::Relaxed);
        Ok(())
    }
}

/// A node that ends leaves its pool behind; one that could not go on leaves the file as it is.
impl Drop for Core {
    fn drop(&mut self) {
        if self.fatal.borrow().is_some() {
            return;
        }
        // What was taken without hurry need not be fetched again.
        let _ = self.flush();
        if let Err(error) = self.save_mempool() {
            tracing::warn!(%error, "the mempool could not be saved");
        }
    }
}

fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let size = match fs::metadata(path) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if size > MAX_FILE_BYTES {
        return Err(io::Error::other(format!(
            "{} has {size} bytes",
            path.display()
        )));
    }
    fs::read(path).map(Some)
}

/// Puts a file that is of no use out of the way of the next one, so that whoever it belongs to finds it.
fn set_aside(dir: &Path) -> Option<PathBuf> {
    let aside = dir.join("mempool.dat.unusable");
    fs::rename(dir.join(FILE), &aside).ok()?;
    Some(aside)
}
