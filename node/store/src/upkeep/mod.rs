//! What an operator does to a chain on disk while no node runs on it.

mod aside;
mod check;
mod prune;
mod snapshot;

pub(crate) use aside::ASIDE_FOLDER;
pub use aside::{Aside, open_aside};
pub use check::{CheckReport, Figures, check, figures};
pub use prune::{MIN_KEPT, PruneError, prune, prune_opened};
pub(crate) use snapshot::NEW_STATE_FOLDER;
pub use snapshot::{HeaderJudge, SNAPSHOT_DEPTH, SnapshotError, SnapshotFacts, export, import};

use std::path::Path;
use std::sync::Arc;

use moneta_chain::{Height, Params};
use moneta_disk::FileFolder;

use crate::archive::FolderLock;
use crate::open::{open_whole, remove_state};
use crate::state::STATE_FOLDER;
use crate::{ChainState, OpenError};

/// Removes the state of the chain in `folder`, so that the next opening makes it again from the archive. Returns the
/// height that it stood at, if that can be read.
///
/// # Errors
/// The archive does not hold every block from the first on, whole: nothing has been removed then. Or the folder is in
/// use, or the state can't be removed.
pub fn forget_state(folder: &Path, params: &Params) -> Result<Option<Height>, OpenError> {
    crate::open::ensure_there(folder)?;
    let lock = FolderLock::take(folder)?;
    let path = folder.join(STATE_FOLDER);
    let (before, pruned_to) = known_of(&path).unwrap_or_default();
    if pruned_to > 0 {
        return Err(OpenError::NoBlocks {
            path: folder.to_path_buf(),
        });
    }
    let archive = open_whole(folder, lock, params)?;
    remove_state(folder)?;
    drop(archive);
    Ok(before)
}

/// Returns the height that a state stands at, and up to which byte its bodies were pruned, whatever else may be wrong
/// with it.
fn known_of(path: &Path) -> Option<(Option<Height>, u64)> {
    if !path.exists() {
        return None;
    }
    let files = FileFolder::open(path).ok()?;
    let options = crate::open::options(16 << 20).ok()?;
    let state = ChainState::open(Arc::new(files), options).ok()?;
    Some((state.tip().map(|(_, height)| height), state.pruned_to()))
}
