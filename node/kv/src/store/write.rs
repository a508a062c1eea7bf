//! Commits: into the log, onto the disk, into memory, and only then into view.
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::version::{Frozen, Version};
use super::{Durability, FULL, Shared, Store, lock};
use crate::batch::Batch;
use crate::log::{self, Log};
use crate::memtable::MemTable;
use crate::{StoreError, manifest};

/// Most tables on disk before commits wait for merges.
const MOST_TABLES: usize = 32;
/// How long to wait for the bell before looking again by oneself.
const GLANCE: Duration = Duration::from_millis(100);

impl Store {
    /// Does what `batch` says, all of it or nothing.
    ///
    /// # Errors
    /// [`StoreError::Write`]: there was no room; nothing was done, and the store goes on. [`StoreError::Poisoned`]: a sync
    /// failed; whether this commit is on the disk is known when the store is opened again. [`StoreError::Damaged`]: a merge
    /// met what the disk has changed; nothing was done, and nothing will be.
    pub fn commit(&self, mut batch: Batch, durability: Durability) -> Result<u64, StoreError> {
        let shared = &*self.shared;
        let mut log = lock(&shared.writer);
        shared.check_sound()?;
        let growth = MemTable::growth(batch.operations().len(), batch.len());
        let active = Arc::clone(&shared.version().active);
        if !active.is_empty() && active.memory() + growth > shared.options.part() {
            shared.rotate(&mut log)?;
        }
        drop(active);
        shared.make_room(growth)?;
        let sequence = shared.published.load(Ordering::Acquire) + 1;
        let logged = log.append(sequence, batch.record_mut());
        let synced = logged.and_then(|()| match durability {
            Durability::Synced => log.sync(),
            Durability::Deferred => Ok(()),
        });
        if let Err(error) = synced {
            if matches!(error, StoreError::Poisoned) {
                shared.poison();
            }
            return Err(error);
        }
        let applied = shared.version().active.apply(sequence, batch.operations());
        assert!(applied, "a batch writes what it can read");
        shared.published.store(sequence, Ordering::Release);
        Ok(sequence)
    }

    /// Returns once every commit outlives a power cut.
    ///
    /// # Errors
    /// [`StoreError::Poisoned`]: a sync failed.
    pub fn sync(&self) -> Result<(), StoreError> {
        let mut log = lock(&self.shared.writer);
        self.shared.check_sound()?;
        log.sync().inspect_err(|_| self.shared.poison())
    }

    /// Writes everything into tables and merges them as far as that saves room.
    ///
    /// # Errors
    /// The disk is full or failing, or a table is damaged.
    pub fn settle(&self) -> Result<(), StoreError> {
        let shared = &*self.shared;
        {
            let mut log = lock(&shared.writer);
            shared.check_sound()?;
            if !shared.version().active.is_empty() {
                shared.rotate(&mut log)?;
            }
        }
        while shared.flush_one()? || shared.merge_one(true)? {}
        Ok(())
    }
}

impl Shared {
    /// Freezes what is in memory and starts a new log.
    fn rotate(&self, log: &mut Log) -> Result<(), StoreError> {
        // What is in this log may not be torn once there is a later one.
        log.sync().inspect_err(|_| self.poison())?;
        let number = self.take_number();
        let name = log::file_name(number);
        let storage = self
            .folder
            .create(&name)
            .map_err(StoreError::write(&name))?;
        self.folder.sync_names().map_err(|error| {
            tracing::error!(%error, "the name of a log can't be synced");
            self.poison();
            StoreError::Poisoned
        })?;
        let old = std::mem::replace(log, Log::new(self.salt, number, storage));
        self.set_version(|version| {
            let frozen = Arc::new(Frozen {
                memory: Arc::clone(&version.active),
                log: old.number,
                last: self.published.load(Ordering::Acquire),
            });
            Version {
                active: Arc::new(MemTable::new(self.salt, self.options.part())),
                frozen: std::iter::once(frozen)
                    .chain(version.frozen.iter().cloned())
                    .collect(),
                tables: version.tables.clone(),
            }
        });
        self.bell.notify_all();
        Ok(())
    }

    /// Waits until `growth` more bytes may be in memory, and tables on disk are few enough. Does the work of the
    /// threads where there are none.
    fn make_room(&self, growth: usize) -> Result<(), StoreError> {
        while !self.options.threads && (self.flush_one()? || self.merge_one(false)?) {}
        let most = self.options.part() * FULL;
        let mut work = lock(&self.work);
        loop {
            self.check_sound()?;
            if let Some(damage) = &work.damage {
                return Err(damage.clone().into());
            }
            let version = self.version();
            let memory: usize = version.in_memory().map(MemTable::memory).sum();
            // A batch that is larger than all that goes in alone.
            let is_in_bounds = version.frozen.is_empty() || memory + growth <= most;
            if is_in_bounds && version.tables.len() < MOST_TABLES {
                return Ok(());
            }
            if let Some(failed) = &work.failed {
                return Err(again(failed));
            }
            drop(version);
            let waited = self.bell.wait_timeout(work, GLANCE);
            work = waited.unwrap_or_else(std::sync::PoisonError::into_inner).0;
        }
    }

    /// Removes files that nothing names any more. What can't be removed now is removed when the store opens.
    pub(super) fn discard(&self, names: impl IntoIterator<Item = String>) {
        for name in names {
            debug_assert_ne!(name, manifest::NAME);
            if let Err(error) = self.folder.remove(&name) {
                tracing::warn!(%error, name, "a file that is not needed any more can't be removed");
            }
        }
    }
}

/// Says once more why a table could not be written.
fn again(failed: &StoreError) -> StoreError {
    let copy = |error: &io::Error| match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(error.kind(), error.to_string()),
    };
    match failed {
        StoreError::Write { file, source } => StoreError::write(file)(copy(source)),
        StoreError::Read { file, source } => StoreError::Read {
            file: file.clone(),
            source: copy(source),
        },
        StoreError::Poisoned => StoreError::Poisoned,
        StoreError::Damaged(damage) => damage.clone().into(),
    }
}
