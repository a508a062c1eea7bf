//! Opens all that a chain has on disk: the lock, the state, and the blocks that the state does not know yet.
//!
//! Blocks can't be made again, the state can: where it is damaged or of an older format, and the archive has every
//! block, the chain opens with an empty state to which all blocks are fresh.
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::Arc;

use moneta_chain::Params;
use moneta_disk::{FileFolder, Folder, LookedAtFolder, Storage};
use moneta_kv::Options;

use crate::archive::{ARCHIVE_FILE, Archive, FolderLock, Known, Place};
use crate::state::STATE_FOLDER;
use crate::upkeep::{ASIDE_FOLDER, NEW_STATE_FOLDER};
use crate::{ChainState, OpenError};

/// Memory for a state that an operator works on, in bytes.
const SMALL_MEMORY: usize = 16 << 20;
/// Where a state of no use waits to be removed: so it is never half there.
const OLD_STATE_FOLDER: &str = "state.old";
/// An empty file in the folder of a state that did not read back while a node ran on it.
const DISTRUSTED_FILE: &str = "DISTRUSTED";

/// A chain on disk.
pub struct Opened {
    /// Every block that was ever connected.
    pub archive: Archive,
    /// What the best chain amounts to.
    pub state: ChainState,
    /// Blocks that were archived and did not get into the state: the process stopped between the two.
    pub fresh: Vec<Place>,
}

/// Opens the chain in `folder`, or begins one. The folder belongs to this process until the archive is dropped. A state
/// that is damaged or of an older format is begun anew, as [`open_anew`] does.
///
/// # Errors
/// The folder is in use, a file can't be used, or the archive is damaged or of another network or format. The state is
/// of a newer format; or it can't be used, and the archive has not all blocks to make it from.
pub fn open(folder: &Path, params: &Params, memory: usize) -> Result<Opened, OpenError> {
    let lock = FolderLock::take(folder)?;
    remove_unfinished(folder);
    if folder.join(STATE_FOLDER).join(DISTRUSTED_FILE).exists() {
        let why = "it did not read back while a node ran on it";
        return begin_state(folder, lock, params, memory, why.to_owned());
    }
    match open_state(folder, memory) {
        Ok(state) => open_blocks(folder, lock, params, state),
        Err(error) if error.blames_state() => {
            begin_state(folder, lock, params, memory, error.to_string())
        }
        Err(error) => Err(error),
    }
}

/// Opens the chain in `folder` with an empty state: every block of the archive is fresh. What the state was is removed,
/// once it is certain that the archive begins with the first block and reads back whole.
///
/// # Errors
/// As [`open`].
pub fn open_anew(
    folder: &Path,
    params: &Params,
    memory: usize,
    why: &OpenError,
) -> Result<Opened, OpenError> {
    let lock = FolderLock::take(folder)?;
    begin_state(folder, lock, params, memory, why.to_string())
}

/// Notes that the state in `folder` did not read back, so that the next [`open`] begins it anew. For whoever meets the
/// damage while the chain is open.
///
/// # Errors
/// The note can't be written.
pub fn distrust_state(folder: &Path) -> io::Result<()> {
    File::create(folder.join(STATE_FOLDER).join(DISTRUSTED_FILE))?.sync_all()
}

/// Removes what work that was stopped has left: a state that was being imported, one of no use, or a copy to look at
/// the past.
fn remove_unfinished(folder: &Path) {
    for name in [NEW_STATE_FOLDER, OLD_STATE_FOLDER, ASIDE_FOLDER] {
        // If it can't be removed it takes room, and nothing else.
        let _ = fs::remove_dir_all(folder.join(name));
    }
}

/// Opens the chain in `folder` for an operator, who wants no other to begin where there is none, and the state as it
/// is.
///
/// # Errors
/// As [`open`]; or there is no chain, or the state is damaged or of an older format.
pub(crate) fn open_there(folder: &Path, params: &Params) -> Result<Opened, OpenError> {
    ensure_there(folder)?;
    let lock = FolderLock::take(folder)?;
    remove_unfinished(folder);
    open_blocks(folder, lock, params, open_state(folder, SMALL_MEMORY)?)
}

/// Opens the chain in `folder` for an operator who changes nothing, and perhaps may not: as [`open_there`], with
/// whatever an opening mends mended in memory.
///
/// # Errors
/// As [`open_there`].
pub(crate) fn look_at(folder: &Path, params: &Params) -> Result<Opened, OpenError> {
    ensure_there(folder)?;
    let lock = FolderLock::look(folder)?;
    let options = Options {
        memory: SMALL_MEMORY,
        // Nothing is written, so there is no work for any.
        threads: false,
        ..Options::new((0, 0))
    };
    let files = LookedAtFolder::new(&folder.join(STATE_FOLDER));
    let state = ChainState::open(Arc::new(files), options)?;
    let (archive, fresh) =
        Archive::look_at(folder, Some(lock), params, Known::to(state.archive_end()))?;
    Ok(Opened {
        archive,
        state,
        fresh,
    })
}

/// Makes sure that there is a chain in `folder`, whole or not.
pub(crate) fn ensure_there(folder: &Path) -> Result<(), OpenError> {
    let has = |name: &str| folder.join(name).exists();
    if has(ARCHIVE_FILE) || has(STATE_FOLDER) {
        return Ok(());
    }
    Err(OpenError::NoChain {
        folder: folder.to_path_buf(),
    })
}

fn open_state(folder: &Path, memory: usize) -> Result<ChainState, OpenError> {
    let path = folder.join(STATE_FOLDER);
    let io = |source| OpenError::Io {
        path: path.clone(),
        source,
    };
    let options = options(memory).map_err(io)?;
    let files = FileFolder::open(&path).map_err(io)?;
    ChainState::open(Arc::new(files), options)
}

fn open_blocks(
    folder: &Path,
    lock: FolderLock,
    params: &Params,
    state: ChainState,
) -> Result<Opened, OpenError> {
    let (archive, fresh) = Archive::open(folder, lock, params, Known::to(state.archive_end()))?;
    Ok(Opened {
        archive,
        state,
        fresh,
    })
}

fn begin_state(
    folder: &Path,
    lock: FolderLock,
    params: &Params,
    memory: usize,
    why: String,
) -> Result<Opened, OpenError> {
    let (archive, fresh) = open_whole(folder, lock, params).map_err(|error| match error {
        OpenError::InUse { .. } | OpenError::Io { .. } => error,
        error => OpenError::Unmakeable {
            why: why.clone(),
            archive: Box::new(error),
        },
    })?;
    tracing::warn!(
        why,
        blocks = fresh.len(),
        "the state of the chain can't be used: it is made again from the blocks"
    );
    remove_state(folder)?;
    let state = open_state(folder, memory)?;
    Ok(Opened {
        archive,
        state,
        fresh,
    })
}

/// Opens the archive if a state can be made from it: it begins with the first block, and every record reads back.
///
/// # Errors
/// It does not.
pub(crate) fn open_whole(
    folder: &Path,
    lock: FolderLock,
    params: &Params,
) -> Result<(Archive, Vec<Place>), OpenError> {
    let path = folder.join(ARCHIVE_FILE);
    let has_state = folder.join(STATE_FOLDER).exists();
    if has_state && !path.exists() {
        return Err(OpenError::Missing { path });
    }
    let (archive, places) = Archive::open(folder, lock, params, Known::default())?;
    let first = places.first().map(|place| place.height().to_u32());
    // An archive that begins later belongs to a state that came as a snapshot, and so does none at all.
    let began_with_snapshot = first.map_or(has_state, |first| first != 1);
    if began_with_snapshot {
        return Err(OpenError::NoBlocks {
            path: folder.to_path_buf(),
        });
    }
    Ok((archive, places))
}

/// Removes the state, whole or not: after a stop at any moment it is there as it was, or gone.
pub(crate) fn remove_state(folder: &Path) -> Result<(), OpenError> {
    let (path, old) = (folder.join(STATE_FOLDER), folder.join(OLD_STATE_FOLDER));
    let removed = fs::rename(&path, &old)
        .and_then(|()| File::open(folder)?.sync_all())
        .and_then(|()| fs::remove_dir_all(&old));
    match removed {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(OpenError::Io { path, source })
        }
        _ => Ok(()),
    }
}

/// Returns the options of a state in files, with a hash of its own should it be made now.
pub(crate) fn options(memory: usize) -> io::Result<Options> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| io::Error::other(error.to_string()))?;
    let [first, second] = [0, 8].map(|at| {
        let half: [u8; 8] = salt[at..at + 8].try_into().expect("eight bytes");
        u64::from_le_bytes(half)
    });
    Ok(Options {
        memory,
        ..Options::new((first, second))
    })
}

/// Opens a chain that lies elsewhere than in a folder: in memory, for tests. The state gets so little memory that it
/// writes tables all the time, and it does so in the calling thread.
///
/// # Errors
/// As [`open`].
pub fn open_over(
    blocks: impl Storage,
    state: Arc<dyn Folder>,
    params: &Params,
) -> Result<Opened, OpenError> {
    let options = Options {
        memory: 24_000,
        threads: false,
        ..Options::new((0, 0))
    };
    let state = ChainState::open(state, options)?;
    let (archive, fresh) = Archive::over(blocks, params, Known::to(state.archive_end()))?;
    Ok(Opened {
        archive,
        state,
        fresh,
    })
}
