//! Opening an archive: recognise the file, find every record, cut off what a crash left unfinished.
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, RwLock};

use moneta_chain::Params;

use super::FolderLock;
use super::file_header::{self, FILE_HEADER_LEN, FORMAT, Found};
use super::record::{self, MAX_RECORD_LEN};
use super::{Archive, Place, Writer};
use crate::OpenError;
use moneta_disk::{FileStorage, Storage};

/// Most bytes that are hashed to find out whether a torn end is one.
const MOST_HASHED: u64 = 1 << 30;
/// Name of the archive in its folder.
const ARCHIVE_FILE: &str = "blocks.archive";

impl Archive {
    /// Opens the archive in `folder`, or begins one; returns it with the place of every block from byte `from` on, in
    /// the order they were written. Where nothing is known `from` is 0. The folder belongs to this process until the
    /// archive is dropped.
    ///
    /// # Errors
    /// The file can't be written, or is damaged, foreign, too new or too old.
    pub(crate) fn open(
        folder: &Path,
        lock: FolderLock,
        params: &Params,
        from: u64,
    ) -> Result<(Self, Vec<Place>), OpenError> {
        let path = folder.join(ARCHIVE_FILE);
        let storage = FileStorage::open(&path).map_err(|source| OpenError::Io {
            path: path.clone(),
            source,
        })?;
        let (mut archive, places) = Self::open_at(Box::new(storage), path, params, from)?;
        archive._lock = Some(lock);
        Ok((archive, places))
    }

    /// Opens an archive that lies elsewhere than in a folder: in memory, for tests.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(crate) fn over(
        storage: impl Storage,
        params: &Params,
        from: u64,
    ) -> Result<(Self, Vec<Place>), OpenError> {
        Self::open_at(Box::new(storage), PathBuf::from(ARCHIVE_FILE), params, from)
    }

    fn open_at(
        storage: Box<dyn Storage>,
        path: PathBuf,
        params: &Params,
        from: u64,
    ) -> Result<(Self, Vec<Place>), OpenError> {
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
            Found::Ours => {}
            Found::Unfinished => begin(storage.as_ref(), params).map_err(io)?,
            Found::Foreign => return Err(OpenError::NotAnArchive { path }),
            Found::Newer(got) => {
                return Err(OpenError::NewerFormat {
                    path,
                    got,
                    newest: FORMAT,
                });
            }
            Found::Older(got) => {
                return Err(OpenError::OlderFormat {
                    path,
                    got,
                    needed: FORMAT,
                });
            }
            Found::Damaged => return Err(OpenError::DamagedHeader { path }),
            Found::OtherChain(got) => {
                return Err(OpenError::OtherNetwork {
                    path,
                    got,
                    expected: params.genesis.block_hash(),
                });
            }
        }
        let len = storage.len().map_err(io)?;
        if from > len {
            return Err(OpenError::Shortened { path, len, from });
        }
        let (places, end) = {
            let file = storage.view(len).map_err(io)?;
            scan(&file, params.magic, from.max(FILE_HEADER_LEN as u64), &path)?
            // The view ends here: the file is neither cut nor written under a map.
        };
        if end < len {
            tracing::warn!(
                path = %path.display(),
                bytes = len - end,
                "cut off an unfinished record that a crash left at the end of the block archive"
            );
            storage.truncate(end).map_err(io)?;
        }
        let last = places.last().map_or(end, |last| last.offset);
        write_again(storage.as_ref(), last, end).map_err(io)?;
        let view = storage.view(end).map_err(io)?;
        let archive = Self {
            storage,
            path,
            magic: params.magic,
            writer: Mutex::new(Writer {
                end,
                poisoned: false,
            }),
            synced: AtomicU64::new(end),
            view: RwLock::new(view),
            _lock: None,
        };
        Ok((archive, places))
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
fn begin(storage: &dyn Storage, params: &Params) -> io::Result<()> {
    storage.truncate(0)?;
    storage.write_at(0, &file_header::encode(params))?;
    storage.sync()
}

/// Writes what was written last once more, and syncs: a kill -9 may have come before its sync, and after a
/// sync that failed the system takes for durable what it never wrote. Nothing is built on either.
fn write_again(storage: &dyn Storage, from: u64, end: u64) -> io::Result<()> {
    let bytes = {
        let file = storage.view(end)?;
        let from = usize::try_from(from).map_err(|_| io::ErrorKind::FileTooLarge)?;
        file.get(from..)
            .ok_or(io::ErrorKind::UnexpectedEof)?
            .to_vec()
    };
    storage.write_at(from, &bytes)?;
    storage.sync()
}

/// Finds every record from `offset` on, and where the last whole one ends.
///
/// One append is one sync, so only the last record can be unfinished: a broken one with a whole one
/// after it, or with more after it than one record can be, was damaged later, and that is never passed
/// over.
fn scan(
    file: &[u8],
    magic: [u8; 4],
    mut offset: u64,
    path: &Path,
) -> Result<(Vec<Place>, u64), OpenError> {
    let mut places = Vec::new();
    while let Some(record) = record::decode(file, magic, offset) {
        places.push(Place {
            offset,
            len: record.len,
            height: record.height,
        });
        offset += record.len;
    }
    let is_one_record = file.len() as u64 - offset <= MAX_RECORD_LEN;
    if !is_one_record || is_followed(file, magic, offset) {
        return Err(OpenError::Damaged {
            path: path.to_path_buf(),
            offset,
        });
    }
    Ok((places, offset))
}

/// Tells whether a whole record begins somewhere behind `offset`.
///
/// A block may be full of what looks like the beginnings of records, and each is as much work to rule out as it
/// claims to be long. Whoever makes it takes more work than a whole archive of good blocks is taken to be damage.
fn is_followed(file: &[u8], magic: [u8; 4], offset: u64) -> bool {
    let mut patience = MOST_HASHED;
    (offset + 1..file.len() as u64).any(|at| match record::claimed_len(file, magic, at) {
        None => false,
        Some(len) if len > patience => true,
        Some(len) => {
            patience -= len;
            record::decode(file, magic, at).is_some()
        }
    })
}
