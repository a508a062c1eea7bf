//! What an operator does to a node's data while no node runs on it. Most of it is the store's own work; what needs the
//! chain is here.
use std::path::Path;

use moneta_chain::{Height, Params};
use moneta_consensus::ParentBlock;
use moneta_store::upkeep::{Aside, forget_state, open_aside};
use moneta_store::{Durability, OpenError, Opened, StateDigest, open};

pub use moneta_store::upkeep::{
    CheckReport, Figures, MIN_KEPT, PruneError, SNAPSHOT_DEPTH, SnapshotError, SnapshotFacts,
    check, export, figures, prune,
};

use crate::OpenProgress;
use crate::chain::{SealChecks, restore};
use crate::proving::{prove_headers, threads};

/// What a rebuild made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rebuilt {
    /// The height that the state stands at.
    pub height: Height,
    /// The height that it stood at before, if that could be read.
    pub before: Option<Height>,
}

/// Makes the state again from the archive.
///
/// # Errors
/// The archive is not whole: it is damaged, pruned, or began with a snapshot. Nothing has been changed then.
pub fn rebuild(
    folder: &Path,
    params: &Params,
    progress: impl FnMut(OpenProgress),
) -> Result<Rebuilt, OpenError> {
    let before = forget_state(folder, params)?;
    let opened = open(folder, params, 256 << 20)?;
    let (chain, _archive) = restore(params.clone(), opened, progress)?;
    chain.state().sync()?;
    let height = chain.tip().height;
    Ok(Rebuilt { height, before })
}

/// Returns the digest of the state as it was after the block at `height` of the best chain; `None` if the chain is not
/// that long.
///
/// # Errors
/// The chain can't be opened, or bodies on the way back are gone.
pub fn digest_at(
    folder: &Path,
    params: &Params,
    height: Height,
) -> Result<Option<StateDigest>, OpenError> {
    let Aside { opened, copy } = open_aside(folder, params)?;
    let digest = digest_of(params, opened, height);
    drop(copy);
    digest
}

fn digest_of(
    params: &Params,
    opened: Opened,
    height: Height,
) -> Result<Option<StateDigest>, OpenError> {
    let (mut chain, archive) = restore(params.clone(), opened, |_| ())?;
    if chain.tip().height < height {
        return Ok(None);
    }
    while chain.tip().height > height {
        let tip = chain.tip().id;
        let step = chain.stored_step(&tip, &archive)?;
        chain.step_back(&step, Durability::Now)?;
    }
    Ok(Some(chain.undigested().digest()?))
}

/// Begins the chain in `folder` at the state in `file`; with `expected`, only if that is its digest. Every header keeps
/// the rules at `now`, in seconds since 1970, and every seal is proven, as if peers had sent them: it takes as long.
///
/// # Errors
/// The folder has a chain, or the file is not what it should be. The folder is as it was then.
pub fn import(
    folder: &Path,
    params: &Params,
    file: &Path,
    expected: Option<StateDigest>,
    now: u64,
    mut progress: impl FnMut(OpenProgress),
) -> Result<SnapshotFacts, SnapshotError> {
    let seals = SealChecks::of(params);
    let mut parent = ParentBlock::genesis(params);
    moneta_store::upkeep::import(folder, params, file, expected, &mut |run, last| {
        prove_headers(run, &parent, now, params, &seals, threads())?;
        parent = run
            .iter()
            .fold(parent, |at, sealed| at.child(&sealed.header));
        progress(OpenProgress {
            blocks: parent.height.to_u32().into(),
            total: last.to_u32().into(),
        });
        Ok(())
    })
}
