//! Gives back the room of old bodies. Headers, seals and filter hashes stay, and the state is whole without them.
use std::path::Path;

use moneta_chain::Params;

use crate::open::open_there;
use crate::{OpenError, StoreError};

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
/// archive behind a younger one. Returns how many bytes that gives back now.
///
/// # Errors
/// Too few are to be kept, the chain can't be opened, or the disk is failing.
pub fn prune(folder: &Path, params: &Params, keep: u32) -> Result<u64, PruneError> {
    if keep < MIN_KEPT {
        return Err(PruneError::TooFew { asked: keep });
    }
    let mut opened = open_there(folder, params)?;
    if !opened.fresh.is_empty() {
        return Err(PruneError::Behind);
    }
    let state = &mut opened.state;
    let Some((_, tip)) = state.tip() else {
        return Ok(0);
    };
    let floor = tip.to_u32().saturating_sub(keep);
    let blocks = state.blocks()?;
    let old = blocks
        .iter()
        .take_while(|block| block.place.height().to_u32() < floor);
    let to = old.map(|block| block.place.end()).max().unwrap_or(0);
    let from = state.pruned_to();
    if to <= from {
        return Ok(0);
    }
    // Noted before it is done: whoever reads between the two misses a body that is still there.
    state.set_pruned_to(to)?;
    Ok(opened.archive.forget(from, to)?)
}
