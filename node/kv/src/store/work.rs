//! The work behind: memory becomes tables, tables are merged. Each step ends with a new manifest.
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use super::version::Version;
use super::{Shared, Work, lock};
use crate::manifest::Manifest;
use crate::merge::{self, Size};
use crate::table::{self, Table, TableBuilder};
use crate::{StoreError, log};

/// How long to wait before trying again what failed.
const PAUSE: Duration = Duration::from_secs(1);

/// Starts the threads: one writes tables from memory, one merges them.
pub(super) fn start(shared: &Arc<Shared>) -> Vec<JoinHandle<()>> {
    let spawn = |name: &str, work: fn(&Shared) -> Result<bool, StoreError>| {
        let shared = Arc::clone(shared);
        let thread = std::thread::Builder::new().name(name.to_owned());
        thread
            .spawn(move || shared.run(work))
            .expect("the system starts a thread")
    };
    vec![
        spawn("kv-flush", Shared::flush_one),
        spawn("kv-merge", |shared| {
            // Not in the call: a version that lives through a merge keeps the memory of then.
            let is_idle = shared.version().frozen.is_empty();
            shared.merge_one(is_idle)
        }),
    ]
}

impl Shared {
    /// Does `work` whenever the bell rings, until told to stop.
    fn run(&self, work: fn(&Self) -> Result<bool, StoreError>) {
        loop {
            if lock(&self.work).stop || self.check_sound().is_err() {
                return;
            }
            match work(self) {
                Ok(true) => self.tell(|told| told.failed = None),
                Ok(false) => self.wait(Duration::MAX),
                Err(StoreError::Damaged(damage)) => {
                    tracing::error!(%damage, "a table can't be read");
                    // It will read no better: without merges tables would pile up, so there are no more commits.
                    return self.tell(|told| told.damage = Some(damage));
                }
                Err(error) => {
                    tracing::error!(%error, "a table can't be written");
                    self.tell(|told| told.failed = Some(error));
                    self.wait(PAUSE);
                }
            }
        }
    }

    fn tell(&self, what: impl FnOnce(&mut Work)) {
        what(&mut lock(&self.work));
        self.bell.notify_all();
    }

    fn wait(&self, most: Duration) {
        let work = lock(&self.work);
        if !work.stop {
            // Whoever rings changes the version first; a ring that is missed is followed by another, or by this.
            let _ = self.bell.wait_timeout(work, most.min(PAUSE));
        }
    }

    /// Makes a table of what waits longest in memory. Returns false if nothing waits.
    pub(super) fn flush_one(&self) -> Result<bool, StoreError> {
        let _alone = lock(&self.flushing);
        let Some(frozen) = self.version().frozen.last().cloned() else {
            return Ok(false);
        };
        // What came and went since the last table can be left out only if no older memory knows more of it:
        // this is the oldest.
        let table = {
            let sorted = frozen.memory.sorted(frozen.last, true);
            self.write_table(sorted.len() as u64, |name, mut builder| {
                for (hash, key, value) in sorted.iter() {
                    let added = builder.add(hash, key, value);
                    added.map_err(StoreError::write(name))?;
                }
                builder.finish().map_err(StoreError::write(name))
            })?
        };
        self.change_tables(
            |manifest| {
                manifest.first_log = frozen.log + 1;
                manifest.flushed = frozen.last;
            },
            |version| Version {
                active: Arc::clone(&version.active),
                frozen: version.frozen[..version.frozen.len() - 1].to_vec(),
                tables: table
                    .iter()
                    .cloned()
                    .chain(version.tables.iter().cloned())
                    .collect(),
            },
        )?;
        // Its memory is out of view: let it go before the file, as a commit may be waiting for it.
        let log = frozen.log;
        drop(frozen);
        self.discard([log::file_name(log)]);
        Ok(true)
    }

    /// Merges the tables that are due. Returns false if none are.
    pub(super) fn merge_one(&self, is_idle: bool) -> Result<bool, StoreError> {
        let _alone = lock(&self.merging);
        let before = self.version().tables.clone();
        let sizes: Vec<Size> = before.iter().map(|table| size(table)).collect();
        let Some(run) = merge::plan(&sizes, is_idle) else {
            return Ok(false);
        };
        let (old, to_the_end) = (&before[run.clone()], run.end == before.len());
        let keys = sizes[run].iter().map(|size| size.keys).sum();
        let new = self.write_table(keys, |name, builder| {
            merge::merge(old, to_the_end, self.salt, name, builder)
        })?;
        let numbers: Vec<u64> = old.iter().map(|table| table.number).collect();
        self.change_tables(
            |_| {},
            |version| {
                let mut tables = version.tables.clone();
                // Newer tables may have come meanwhile; these are still side by side.
                let start = tables.iter().position(|table| table.number == numbers[0]);
                let start = start.expect("only one merges at a time");
                tables.splice(start..start + numbers.len(), new.clone());
                Version {
                    tables,
                    ..version.clone()
                }
            },
        )?;
        self.discard(numbers.into_iter().map(table::file_name));
        Ok(true)
    }

    /// Writes a table of at most `keys` keys and makes it last; `None` if `write` writes nothing into it.
    fn write_table(
        &self,
        keys: u64,
        write: impl FnOnce(&str, TableBuilder<'_>) -> Result<u64, StoreError>,
    ) -> Result<Option<Arc<Table>>, StoreError> {
        let number = self.take_number();
        let name = table::file_name(number);
        let storage = self
            .folder
            .create(&name)
            .map_err(StoreError::write(&name))?;
        let len = match write(&name, TableBuilder::new(&*storage, keys)) {
            Ok(0) => {
                self.discard([name]);
                return Ok(None);
            }
            Ok(len) => len,
            Err(error) => {
                self.discard([name]);
                return Err(error);
            }
        };
        let synced = storage.sync().and_then(|()| self.folder.sync_names());
        synced.map_err(|error| {
            tracing::error!(%error, name, "a table can't be synced");
            self.poison();
            StoreError::Poisoned
        })?;
        let table = Table::open(number, len, &*storage).map_err(|error| match error {
            crate::OpenError::Io { file, source } => StoreError::Read { file, source },
            crate::OpenError::Damaged(damage) => StoreError::Damaged(damage),
            crate::OpenError::NewerFormat { .. } | crate::OpenError::OlderFormat { .. } => {
                unreachable!("this program wrote it")
            }
        })?;
        Ok(Some(Arc::new(table)))
    }

    /// Puts a new list of tables onto the disk, then into view.
    fn change_tables(
        &self,
        note: impl FnOnce(&mut Manifest),
        change: impl Fn(&Version) -> Version,
    ) -> Result<(), StoreError> {
        let mut manifest = lock(&self.manifest);
        let tables = change(&self.version()).tables;
        let mut next = manifest.clone();
        note(&mut next);
        next.next = self.next_file.load(std::sync::atomic::Ordering::Relaxed);
        next.tables = tables
            .iter()
            .map(|table| (table.number, table.len()))
            .collect();
        next.store(&*self.folder).inspect_err(|error| {
            if matches!(error, StoreError::Poisoned) {
                self.poison();
            }
        })?;
        *manifest = next;
        // Commits may have frozen more memory meanwhile; the tables are nobody else's to change.
        self.set_version(change);
        Ok(())
    }
}

fn size(table: &Table) -> Size {
    let footer = table.footer();
    Size {
        len: table.len(),
        keys: footer.keys,
        tombstones: footer.tombstones,
    }
}
