//! Opening an archive: recognise the file, find every record, cut off what a crash left unfinished.
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, RwLock};

use moneta_chain::Params;

use super::FolderLock;
use super::file_header::{self, FILE_HEADER_LEN, FORMAT, Found, Key};
use super::record::{self, Head, MAX_RECORD_LEN, Spot};
use super::{Archive, Place, Writer};
use crate::OpenError;
use moneta_disk::{FileStorage, Folder, LookedAtFolder, Storage, write_again};

/// Most bytes that a crash can leave unfinished: what was not synced, and the longest record.
const MOST_TORN: u64 = MOST_UNSYNCED + MAX_RECORD_LEN;
/// Most bytes of blocks that wait for one sync, but for the last of them.
pub const MOST_UNSYNCED: u64 = 64 << 20;
/// Name of the archive in its folder.
pub(crate) const ARCHIVE_FILE: &str = "blocks.archive";

/// What is known of an archive before it is opened.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Known {
    /// Blocks before this byte need not be looked for.
    pub(crate) from: u64,
    /// All before this byte was durable once: what can't be read there was not left by a crash.
    pub(crate) durable: u64,
}

impl Known {
    /// What a state knows that has the blocks up to this byte: none was applied before it was durable.
    pub(crate) const fn to(end: u64) -> Self {
        Self {
            from: end,
            durable: end,
        }
    }
}

impl Archive {
    /// Opens the archive in `folder`, or begins one; returns it with the place of every block from byte `known.from`
    /// on, in the order they were written. The folder belongs to this process until the archive is dropped.
    ///
    /// # Errors
    /// The file can't be written, or is damaged, foreign, too new or too old.
    pub(crate) fn open(
        folder: &Path,
        lock: FolderLock,
        params: &Params,
        known: Known,
    ) -> Result<(Self, Vec<Place>), OpenError> {
        let path = folder.join(ARCHIVE_FILE);
        let io = |source| OpenError::Io {
            path: path.clone(),
            source,
        };
        // None is begun where there was one.
        if known.from > 0 && !path.try_exists().map_err(io)? {
            return Err(OpenError::Missing { path });
        }
        let storage = FileStorage::open(&path).map_err(io)?;
        Self::begin_or_open(Box::new(storage), path, params, known, Some(lock))
    }

    /// As [`Self::open`], and changes nothing: what a crash left unfinished is left out, and stays on disk. Without
    /// `lock` whoever asks holds it.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(crate) fn look_at(
        folder: &Path,
        lock: Option<FolderLock>,
        params: &Params,
        known: Known,
    ) -> Result<(Self, Vec<Place>), OpenError> {
        let path = folder.join(ARCHIVE_FILE);
        let files = LookedAtFolder::new(folder);
        let storage = match files.open(ARCHIVE_FILE) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Err(_) if known.from > 0 => return Err(OpenError::Missing { path }),
            Err(_) => files.create(ARCHIVE_FILE),
            Ok(storage) => Ok(storage),
        };
        let storage = storage.map_err(|source| OpenError::Io {
            path: path.clone(),
            source,
        })?;
        Self::begin_or_open(Box::new(storage), path, params, known, lock)
    }

    fn begin_or_open(
        storage: Box<dyn Storage>,
        path: PathBuf,
        params: &Params,
        known: Known,
        lock: Option<FolderLock>,
    ) -> Result<(Self, Vec<Place>), OpenError> {
        let mut key = Key::default();
        let drawn = getrandom::fill(&mut key);
        drawn.map_err(|error| OpenError::Io {
            path: path.clone(),
            source: io::Error::other(error.to_string()),
        })?;
        let (mut archive, places) = Self::open_at(storage, path, params, known, key)?;
        archive._lock = lock;
        Ok((archive, places))
    }

    /// Opens an archive that lies elsewhere than in a folder: in memory, for tests.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(crate) fn over(
        storage: impl Storage,
        params: &Params,
        known: Known,
    ) -> Result<(Self, Vec<Place>), OpenError> {
        let path = PathBuf::from(ARCHIVE_FILE);
        Self::open_at(Box::new(storage), path, params, known, Key::default())
    }

    /// `fresh` is the key of the checksums should the archive be made now.
    fn open_at(
        storage: Box<dyn Storage>,
        path: PathBuf,
        params: &Params,
        known: Known,
        fresh: Key,
    ) -> Result<(Self, Vec<Place>), OpenError> {
        let io = |source: io::Error| OpenError::Io {
            path: path.clone(),
            source,
        };
        let key = recognise(storage.as_ref(), &path, params, fresh)?;
        let len = storage.len().map_err(io)?;
        let Known { from, durable } = known;
        if from > len {
            return Err(OpenError::Shortened { path, len, from });
        }
        let start = Spot {
            magic: params.magic,
            key,
            offset: from.max(FILE_HEADER_LEN as u64),
        };
        let scanned = {
            let file = storage.view(len).map_err(io)?;
            scan(&file, start, durable)
            // The view ends here: the file is neither cut nor written under a map.
        };
        let Scanned {
            places,
            end,
            durable,
        } = scanned.map_err(|offset| OpenError::Damaged {
            path: path.clone(),
            offset,
        })?;
        if end < len {
            tracing::warn!(
                path = %path.display(),
                bytes = len - end,
                "cut off what a crash left unfinished at the end of the block archive"
            );
            storage.truncate(end).map_err(io)?;
        }
        write_again(storage.as_ref(), durable.min(end), end).map_err(io)?;
        let view = storage.view(end).map_err(io)?;
        let archive = Self {
            storage,
            path,
            magic: params.magic,
            key,
            writer: Mutex::new(Writer {
                end,
                poisoned: false,
            }),
            written: AtomicU64::new(end),
            synced: AtomicU64::new(end),
            view: RwLock::new(view),
            _lock: None,
        };
        Ok((archive, places))
    }
}

/// Makes sure that the file is an archive of this chain, or begins one; returns the key of its checksums.
fn recognise(
    storage: &dyn Storage,
    path: &Path,
    params: &Params,
    fresh: Key,
) -> Result<Key, OpenError> {
    let path = path.to_owned();
    let io = |source: io::Error| OpenError::Io {
        path: path.clone(),
        source,
    };
    let len = storage.len().map_err(io)?;
    let found = match len {
        0 => Found::Unfinished,
        _ => file_header::recognise(&storage.view(len).map_err(io)?, params),
    };
    match found {
        Found::Ours(key) => Ok(key),
        Found::Unfinished => {
            begin(storage, &file_header::encode(params, fresh)).map_err(io)?;
            Ok(fresh)
        }
        Found::Foreign => Err(OpenError::NotAnArchive { path }),
        Found::Newer(got) => Err(OpenError::NewerFormat {
            path,
            got,
            newest: FORMAT,
        }),
        Found::Older(got) => Err(OpenError::OlderFormat {
            path,
            got,
            needed: FORMAT,
        }),
        Found::Damaged => Err(OpenError::DamagedHeader { path }),
        Found::OtherChain(got) => Err(OpenError::OtherNetwork {
            path,
            got,
            expected: params.genesis.block_hash(),
        }),
    }
}

/// Says whether `folder` is free, so that what lies in it may be removed.
///
/// # Errors
/// Another process has it open, or it can't be looked into.
pub fn ensure_unused(folder: &Path) -> Result<(), OpenError> {
    FolderLock::take(folder).map(drop)
}

/// Writes the file header.
fn begin(storage: &dyn Storage, header: &[u8]) -> io::Result<()> {
    storage.truncate(0)?;
    storage.write_at(0, header)?;
    storage.sync()
}

/// What a scan found.
struct Scanned {
    places: Vec<Place>,
    /// Where the last whole record ends.
    end: u64,
    /// All before this byte was durable once.
    durable: u64,
}

/// Finds every record from `start` on. Fails with the place of a record that is broken though it was durable once, as
/// `durable` or a record behind it says: that was no crash, and is never passed over.
///
/// A crash may leave any part of what was written since the last sync, a later record without one before it too. So
/// the first broken record ends the archive.
fn scan(file: &[u8], start: Spot, mut durable: u64) -> Result<Scanned, u64> {
    let mut places = Vec::new();
    let mut spot = start;
    while let Some(record) = record::decode(file, &spot) {
        let Head {
            height,
            len,
            durable: then,
        } = record.head;
        places.push(Place {
            offset: spot.offset,
            len,
            height,
        });
        durable = durable.max(then);
        spot.offset += len;
    }
    let end = spot.offset;
    let is_torn = file.len() as u64 - end <= MOST_TORN && durable <= end;
    if !is_torn || was_durable(file, spot) {
        return Err(end);
    }
    Ok(Scanned {
        places,
        end,
        durable,
    })
}

/// Tells whether a record behind `broken` says that what stands there was durable when it was written.
fn was_durable(file: &[u8], broken: Spot) -> bool {
    (broken.offset + 1..file.len() as u64).any(|offset| {
        let head = record::decode_head(file, &Spot { offset, ..broken });
        head.is_some_and(|head| head.durable > broken.offset)
    })
}
