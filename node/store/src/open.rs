//! Opens all that a chain has on disk: the lock, the state, and the blocks that the state does not know yet.
use std::path::Path;
use std::sync::Arc;

use moneta_chain::Params;
use moneta_disk::{FileFolder, Folder, Storage};
use moneta_kv::Options;

use crate::archive::{ARCHIVE_FILE, Archive, FolderLock, Known, Place};
use crate::state::STATE_FOLDER;
use crate::upkeep::{ASIDE_FOLDER, NEW_STATE_FOLDER};
use crate::{ChainState, OpenError};

/// Memory for a state that is only read, in bytes.
const SMALL_MEMORY: usize = 16 << 20;

/// A chain on disk.
pub struct Opened {
    /// Every block that was ever connected.
    pub archive: Archive,
    /// What the best chain amounts to.
    pub state: ChainState,
    /// Blocks that were archived and did not get into the state: the process stopped between the two.
    pub fresh: Vec<Place>,
}

/// Opens the chain in `folder`, or begins one. The folder belongs to this process until the archive is dropped.
///
/// # Errors
/// The folder is in use, a file can't be used, is damaged, or is of another network or format.
pub fn open(folder: &Path, params: &Params, memory: usize) -> Result<Opened, OpenError> {
    let lock = FolderLock::take(folder)?;
    remove_unfinished(folder);
    let path = folder.join(STATE_FOLDER);
    let io = |source| OpenError::Io {
        path: path.clone(),
        source,
    };
    let options = options(memory).map_err(io)?;
    let files = FileFolder::open(&path).map_err(io)?;
    let state = ChainState::open(Arc::new(files), options)?;
    let (archive, fresh) = Archive::open(folder, lock, params, Known::to(state.archive_end()))?;
    Ok(Opened {
        archive,
        state,
        fresh,
    })
}

/// Removes what work that was stopped has left: a state that was being imported, or a copy to look at the past.
fn remove_unfinished(folder: &Path) {
    for name in [NEW_STATE_FOLDER, ASIDE_FOLDER] {
        // If it can't be removed it takes room, and nothing else.
        let _ = std::fs::remove_dir_all(folder.join(name));
    }
}

/// Opens the chain in `folder` for an operator, who wants no other to begin where there is none.
///
/// # Errors
/// As [`open`]; or there is no chain.
pub(crate) fn open_there(folder: &Path, params: &Params) -> Result<Opened, OpenError> {
    ensure_there(folder)?;
    open(folder, params, SMALL_MEMORY)
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

/// Returns the options of a state in files, with a hash of its own should it be made now.
pub(crate) fn options(memory: usize) -> std::io::Result<Options> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| std::io::Error::other(error.to_string()))?;
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
