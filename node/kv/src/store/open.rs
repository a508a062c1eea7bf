//! Opens a store after whatever happened to it.
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Condvar, Mutex, RwLock};

use moneta_disk::{Folder, write_again};

use super::version::{Frozen, Version};
use super::{Options, Shared, Store, Work, work};
use crate::error::{Damage, OpenError};
use crate::hash::Salt;
use crate::log::{self, Log, recover};
use crate::manifest::{self, Manifest};
use crate::memtable::MemTable;
use crate::table::{self, Table};
use crate::{Durability, StoreError};

impl Store {
    /// Opens the store in `folder`, or makes one: in the state after the last commit that was synced, or after a
    /// later one. The caller sees to it that nobody else has the folder.
    ///
    /// # Errors
    /// A file can't be used, is damaged, or is of a newer format.
    pub fn open(folder: Arc<dyn Folder>, options: Options) -> Result<Self, OpenError> {
        let names = folder.names().map_err(OpenError::io("the folder"))?;
        let manifest = match Manifest::load(&*folder)? {
            Some(manifest) => manifest,
            None => create(&*folder, &names, options)?,
        };
        let tables = manifest.tables.iter().map(|&(number, len)| {
            let name = table::file_name(number);
            let storage = folder.open(&name).map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => missing(&name),
                _ => OpenError::io(&name)(error),
            })?;
            Ok(Arc::new(Table::open(number, len, &*storage)?))
        });
        let tables = tables.collect::<Result<Vec<_>, OpenError>>()?;
        let part = options.part();
        let frozen = read_logs(&*folder, &names, &manifest, part)?;
        let sequence = frozen
            .first()
            .map_or(manifest.flushed, |frozen| frozen.last);

        let highest = names.iter().filter_map(|name| number_of(name)).max();
        let number = manifest.next.max(highest.map_or(0, |highest| highest + 1));
        let name = log::file_name(number);
        let storage = folder.create(&name).map_err(OpenError::io(&name))?;
        folder.sync_names().map_err(OpenError::io("the folder"))?;
        let salt = manifest.salt;
        let version = Version {
            active: Arc::new(MemTable::new(salt, part)),
            frozen,
            tables,
        };
        let unused = unused(&names, &manifest, &version);
        let shared = Arc::new(Shared {
            folder,
            options,
            salt,
            version: RwLock::new(Arc::new(version)),
            published: AtomicU64::new(sequence),
            next_file: AtomicU64::new(number + 1),
            writer: Mutex::new(Log::new(salt, number, storage)),
            manifest: Mutex::new(manifest),
            flushing: Mutex::default(),
            merging: Mutex::default(),
            poisoned: AtomicBool::new(false),
            work: Mutex::new(Work::default()),
            bell: Condvar::new(),
        });
        shared.discard(unused);
        let threads = match options.threads {
            true => work::start(&shared),
            false => Vec::new(),
        };
        Ok(Self { shared, threads })
    }
}

fn missing(name: &str) -> OpenError {
    OpenError::Damaged(Damage {
        file: name.to_owned(),
        offset: 0,
        what: "it is missing",
    })
}

/// Makes the manifest of an empty store.
fn create(folder: &dyn Folder, names: &[String], options: Options) -> Result<Manifest, OpenError> {
    if names.iter().any(|name| number_of(name).is_some()) {
        return Err(Damage {
            file: manifest::NAME.to_owned(),
            offset: 0,
            what: "it is missing, and tables or logs are there",
        }
        .into());
    }
    let manifest = Manifest {
        salt: Salt(options.salt.0, options.salt.1),
        next: 1,
        first_log: 1,
        flushed: 0,
        tables: Vec::new(),
    };
    manifest.store(folder).map_err(|error| match error {
        StoreError::Write { file, source } => OpenError::Io { file, source },
        error => OpenError::Io {
            file: manifest::NAME.to_owned(),
            source: std::io::Error::other(error),
        },
    })?;
    Ok(manifest)
}

/// Reads the logs back into memory, the newest first, and cuts what was being written when all stopped.
fn read_logs(
    folder: &dyn Folder,
    names: &[String],
    manifest: &Manifest,
    part: usize,
) -> Result<Vec<Arc<Frozen>>, OpenError> {
    let logs = names.iter().filter(|name| name.ends_with(".log"));
    let logs: BTreeSet<u64> = logs.filter_map(|name| number_of(name)).collect();
    let logs = logs.range(manifest.first_log..);
    let newest = logs.clone().next_back().copied();
    let mut last = manifest.flushed;
    let mut frozen = Vec::new();
    for &number in logs {
        let memory = MemTable::new(manifest.salt, part);
        let is_newest = Some(number) == newest;
        last = read_log(folder, manifest.salt, number, is_newest, last, &memory)?;
        if !memory.is_empty() {
            let memory = Arc::new(memory);
            frozen.insert(
                0,
                Arc::new(Frozen {
                    memory,
                    log: number,
                    last,
                }),
            );
        }
    }
    Ok(frozen)
}

/// Reads one log into memory and returns its last commit, if it has any; the one before it was `last`.
fn read_log(
    folder: &dyn Folder,
    salt: Salt,
    number: u64,
    is_newest: bool,
    mut last: u64,
    memory: &MemTable,
) -> Result<u64, OpenError> {
    let name = log::file_name(number);
    let storage = folder.open(&name).map_err(OpenError::io(&name))?;
    let len = storage.len().map_err(OpenError::io(&name))?;
    let (whole, synced) = {
        let view = storage.view(len).map_err(OpenError::io(&name))?;
        let recovered = recover(salt, number, &view, is_newest)?;
        for (sequence, at) in recovered.batches {
            let damage = |what| Damage {
                file: name.clone(),
                offset: at.start as u64,
                what,
            };
            if sequence != last + 1 {
                return Err(damage("commits are missing before it").into());
            }
            if !memory.apply(sequence, &view[at.clone()]) {
                return Err(damage("a batch can't be read").into());
            }
            last = sequence;
        }
        (recovered.len, recovered.synced)
    };
    if whole < len {
        tracing::warn!(
            name,
            at = whole,
            len,
            "the log ends in a commit that was never finished: cut off"
        );
        storage.truncate(whole).map_err(OpenError::io(&name))?;
    }
    if is_newest {
        // Before there is a later log: none but the last may be torn, and the last commits may never have been synced.
        write_again(&*storage, synced.min(whole), whole).map_err(OpenError::io(&name))?;
    }
    Ok(last)
}

/// Returns the files that a stop in the middle of some work has left.
fn unused(names: &[String], manifest: &Manifest, version: &Version) -> Vec<String> {
    let tables = manifest
        .tables
        .iter()
        .map(|&(number, _)| table::file_name(number));
    let logs = version
        .frozen
        .iter()
        .map(|frozen| log::file_name(frozen.log));
    let used: BTreeSet<String> = tables.chain(logs).collect();
    let ours = names
        .iter()
        .filter(|name| number_of(name).is_some() || *name == manifest::NEW_NAME);
    ours.filter(|name| !used.contains(*name)).cloned().collect()
}

/// Returns the number of a table or a log.
fn number_of(name: &str) -> Option<u64> {
    let (number, kind) = name.split_once('.')?;
    let is_ours = number.len() >= 8 && matches!(kind, "log" | "table");
    is_ours.then(|| number.parse().ok())?
}

const _: fn() = || {
    fn shared_by_threads<T: Send + Sync>() {}
    shared_by_threads::<Store>();
    shared_by_threads::<Durability>();
};
