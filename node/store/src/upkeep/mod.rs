//! What an operator does to a chain on disk while no node runs on it.

mod aside;
mod check;
mod prune;
mod snapshot;

pub use aside::{Aside, open_aside};
pub use check::{CheckReport, Figures, check, figures};
pub use prune::{MIN_KEPT, PruneError, prune};
pub use snapshot::{SnapshotError, SnapshotFacts, export, import};

use std::path::Path;

use moneta_chain::Params;

use crate::OpenError;
use crate::archive::{Archive, FolderLock, Known};
use crate::state::STATE_FOLDER;

/// Removes the state of the chain in `folder`, so that the next opening makes it again from the archive.
///
/// # Errors
/// The archive does not hold every block from the first on, whole: nothing has been removed then. Or the folder is in
/// use, or the state can't be removed.
pub fn forget_state(folder: &Path, params: &Params) -> Result<(), OpenError> {
    let lock = FolderLock::take(folder)?;
    let (archive, places) = Archive::open(folder, lock, params, Known::default())?;
    let path = folder.join(STATE_FOLDER);
    let first = places.first().map(|place| place.height().to_u32());
    // An archive that begins later belongs to a state that came as a snapshot, and so does none at all.
    let began_with_snapshot = first.map_or(path.exists(), |first| first != 1);
    if began_with_snapshot {
        return Err(OpenError::NoBlocks {
            path: folder.to_path_buf(),
        });
    }
    let removed = std::fs::remove_dir_all(&path);
    drop(archive);
    match removed {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(OpenError::Io { path, source })
        }
        _ => Ok(()),
    }
}
