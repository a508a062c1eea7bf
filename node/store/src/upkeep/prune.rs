//! Gives back the room of old bodies. Headers, seals and filter hashes stay, and the state is whole without them.
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::{fs, io};

use moneta_chain::Params;

use crate::archive::ARCHIVE_FILE;
use crate::open::open_there;
use crate::{OpenError, Opened, StoreError};

/// The system counts the room of files in units of so many bytes, whatever the disk does.
const UNIT: u64 = 512;

/// Fewest blocks below the tip whose bodies are kept: a reorganisation needs them, and what they did.
pub const MIN_KEPT: u32 = 1_000;

/// Why nothing was pruned.
#[derive(Debug, thiserror::Error)]
pub enum PruneError {
    /// Too few blocks would be left to take back.
    #[error("at least {MIN_KEPT} blocks are kept for reorganisations, {asked} were asked for")]
    TooFew {
        /// How many were to be kept.
        asked: u32,
    },
    /// The file system keeps the room of what is forgotten inside a file.
    #[error(
        "the file system can't give back a part of a file ({0}): nothing was pruned; move the data folder to one that can"
    )]
    Unable(io::Error),
    /// Blocks wait to be applied: a node has to open the chain once.
    #[error("blocks of the archive are not in the state yet: start the node once, then prune")]
    Behind,
    /// The chain can't be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The disk is failing.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Prunes the bodies of all blocks that lie more than `keep` blocks below the tip, but for those that stand in the
/// archive behind a younger one. What an earlier run noted and did not come to do is done now. Returns how many bytes
/// that gives back.
///
/// # Errors
/// Too few are to be kept, the chain can't be opened, or the disk is failing or can't give back room.
pub fn prune(folder: &Path, params: &Params, keep: u32) -> Result<u64, PruneError> {
    if keep < MIN_KEPT {
        return Err(PruneError::TooFew { asked: keep });
    }
    let mut opened = open_there(folder, params)?;
    let file = folder.join(ARCHIVE_FILE);
    let before = room(&file)?;
    prune_opened(&mut opened, keep)?;
    Ok(before.saturating_sub(room(&file)?))
}

/// The same with a chain that is open.
///
/// # Errors
/// As [`prune`].
pub fn prune_opened(opened: &mut Opened, keep: u32) -> Result<(), PruneError> {
    if !opened.fresh.is_empty() {
        return Err(PruneError::Behind);
    }
    let state = &mut opened.state;
    let height = state.tip().map_or(0, |(_, tip)| tip.to_u32());
    let floor = height.saturating_sub(keep);
    let blocks = state.blocks()?;
    let old = blocks
        .iter()
        .take_while(|block| block.place.height().to_u32() < floor);
    let to = old.map(|block| block.place.end()).max().unwrap_or(0);
    let to = to.max(state.pruned_to());
    if to == 0 {
        return Ok(());
    }
    opened
        .archive
        .ensure_forgets()
        .map_err(PruneError::Unable)?;
    if to > state.pruned_to() {
        // Noted before it is done: whoever reads between the two misses a body that is still there.
        state.set_pruned_to(to)?;
    }
    // From the start: an earlier run may have died between the two.
    Ok(opened.archive.forget(to)?)
}

/// Returns how many bytes a file takes on the disk.
fn room(file: &Path) -> Result<u64, OpenError> {
    let metadata = fs::metadata(file).map_err(|source| OpenError::Io {
        path: file.to_owned(),
        source,
    })?;
    Ok(metadata.blocks() * UNIT)
}
