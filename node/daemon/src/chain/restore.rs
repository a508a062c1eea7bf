//! The chain out of the archive: every block again, in the order in which they were first connected.
//!
//! Following that order through every old reorganisation gives each archived block what it did where it
//! stood, so a reader that stopped on a branch since left can still be led back from it.
use bitcoin::BlockHash;
use moneta_chain::{Height, Params, SealedBlock};
use moneta_consensus::ScriptTrust;
use moneta_store::{Archive, OpenError, Place};

use super::Chain;
use crate::OpenProgress;
use crate::rules;

/// Replays the archive and returns the chain at its best block.
///
/// # Errors
/// A block can't be read, or does not fit where it stands.
pub(crate) fn restore(
    params: Params,
    archive: &Archive,
    places: &[Place],
    mut progress: impl FnMut(OpenProgress),
) -> Result<Chain, OpenError> {
    let mut chain = Chain::new(params);
    let total = places.len() as u64;
    for (blocks, place) in (1..).zip(places) {
        let block = archive.read(*place)?;
        connect_archived(&mut chain, archive, *place, &block)?;
        progress(OpenProgress { blocks, total });
    }
    let best = chain.tree.best();
    walk_to(&mut chain, archive, best)?;
    Ok(chain)
}

fn connect_archived(
    chain: &mut Chain,
    archive: &Archive,
    place: Place,
    block: &SealedBlock,
) -> Result<(), OpenError> {
    let id = block.id();
    let misfit = |reason: String| OpenError::Misfit {
        id,
        height: place.height(),
        reason,
    };
    let parent = block.block.header.prev_blockhash;
    let height = chain.tree.get(&parent).map(|parent| parent.height.next());
    if height != Some(place.height()) {
        return Err(misfit(unfit_height(height)));
    }
    if chain.tree.get(&id).is_some() {
        return Err(misfit("it stands in the archive twice".into()));
    }
    walk_to(chain, archive, parent)?;
    // Scripts were verified before the block was stored.
    let valid = rules::judge_kept(chain, block, ScriptTrust::AssumeChecked)
        .map_err(|error| misfit(error.to_string()))?;
    chain.extend(valid, place);
    Ok(())
}

fn unfit_height(by_parent: Option<Height>) -> String {
    match by_parent {
        None => "its parent does not stand before it".into(),
        Some(height) => format!("its parent makes its height {height}"),
    }
}

/// Moves to another block that was connected before.
fn walk_to(chain: &mut Chain, archive: &Archive, target: BlockHash) -> Result<(), OpenError> {
    let way = chain.tree.way(chain.tip().id, target).unwrap_or_default();
    for id in &way.back {
        let step = chain.stored_step(id, archive)?;
        chain.step_back(&step);
    }
    for id in &way.forth {
        let step = chain.stored_step(id, archive)?;
        chain.step_forth(&step);
    }
    Ok(())
}
