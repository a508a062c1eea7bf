//! The store: commits go to the log and to memory, memory goes to tables, tables are merged.

mod check;
mod open;
mod snapshot;
mod version;
mod work;
mod write;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::JoinHandle;

use moneta_disk::Folder;

use crate::StoreError;
use crate::error::Damage;
use crate::hash::Salt;
use crate::log::Log;
use crate::manifest::Manifest;

pub use check::{Check, Stats};
pub use snapshot::Snapshot;
use version::Version;

/// Most full tables in memory, and as much of it as all tables in memory may take together.
const FULL: usize = 3;

/// How a store works.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Most bytes of memory that the store takes, but for what snapshots hold of the past and 12 bytes for each page
    /// of a table while it is written (3 MiB for a gigabyte). Pages of tables that the system caches are not in it.
    pub memory: usize,
    /// Keys of the hash for a store that is made now, drawn at random, so that nobody can choose keys that crowd
    /// together.
    pub salt: (u64, u64),
    /// Whether tables are written and merged by threads of their own. Without them commits do it: for tests and
    /// tools that want the same steps each time.
    pub threads: bool,
}

impl Options {
    /// Returns usual options: 128 MiB of memory, threads.
    pub const fn new(salt: (u64, u64)) -> Self {
        Self {
            memory: 128 << 20,
            salt,
            threads: true,
        }
    }

    /// Bytes of a full table in memory: there are up to three of them, one that is filled, one that waits to become
    /// a table on disk and one that becomes it. The rest of the memory is for that work.
    const fn part(&self) -> usize {
        self.memory / (FULL + 1)
    }
}

/// When a commit returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// When it outlives a power cut.
    Synced,
    /// When it outlives the process. A power cut may take it, with all that were committed after it and none
    /// before; the next synced commit makes it last.
    Deferred,
}

/// Keys and values on disk. One thread commits at a time, any number reads, nobody waits for a reader.
pub struct Store {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

/// What the store and its threads share.
struct Shared {
    folder: Arc<dyn Folder>,
    options: Options,
    salt: Salt,
    /// What readers see; replaced whole, never changed but for what is committed to its newest table in memory.
    version: RwLock<Arc<Version>>,
    /// The last commit that readers see.
    published: AtomicU64,
    /// Number of the next file.
    next_file: AtomicU64,
    writer: Mutex<Log>,
    /// Held while the tables of the version change, and their file with them.
    manifest: Mutex<Manifest>,
    /// Held by whoever writes a table from memory, and by whoever merges tables.
    flushing: Mutex<()>,
    merging: Mutex<()>,
    poisoned: AtomicBool,
    work: Mutex<Work>,
    /// Rung when there is work, and when some is done.
    bell: Condvar,
}

/// What the threads are told, and what they tell.
#[derive(Default)]
struct Work {
    stop: bool,
    /// Why the last table could not be written.
    failed: Option<StoreError>,
    /// What a merge could not read. No later one can: nothing is committed any more.
    damage: Option<Damage>,
}

impl Store {
    /// Returns the store as it is now; it stays so whatever is committed later.
    pub fn snapshot(&self) -> Snapshot {
        self.shared.snapshot()
    }

    /// Returns the value of a key as it is now.
    ///
    /// # Errors
    /// A table is damaged.
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.snapshot().get(key)
    }

    /// Returns the sequence number of the last commit.
    pub fn sequence(&self) -> u64 {
        self.shared.published.load(Ordering::Acquire)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        lock(&self.shared.work).stop = true;
        self.shared.bell.notify_all();
        for thread in self.threads.drain(..) {
            // A thread that panicked has said so; the logs hold everything all the same.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn version(&self) -> Arc<Version> {
        let version = self.version.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&version)
    }

    fn set_version(&self, change: impl FnOnce(&Version) -> Version) {
        let mut version = self.version.write().unwrap_or_else(PoisonError::into_inner);
        *version = Arc::new(change(&version));
    }

    fn snapshot(&self) -> Snapshot {
        // Under the lock: so the version holds all that was committed by then, and its tables nothing later.
        let version = self.version.read().unwrap_or_else(PoisonError::into_inner);
        let sequence = self.published.load(Ordering::Acquire);
        Snapshot::new(Arc::clone(&version), sequence, self.salt)
    }

    fn take_number(&self) -> u64 {
        self.next_file.fetch_add(1, Ordering::Relaxed)
    }

    fn poison(&self) {
        self.poisoned.store(true, Ordering::Release);
        self.bell.notify_all();
    }

    fn check_sound(&self) -> Result<(), StoreError> {
        if self.poisoned.load(Ordering::Acquire) {
            return Err(StoreError::Poisoned);
        }
        Ok(())
    }
}

/// A thread that panicked left nothing half done that these locks guard: versions and manifests are replaced whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
