//! The chain as it lies on disk: the tree from its headers, the state at its tip, and then what the state does not
//! know yet.
//!
//! A block is archived before it is applied. So whatever stopped the process, the blocks behind those that the state
//! knows are whole, and are applied now, in the order in which they were first connected: through every old
//! reorganisation. With no state at all that is every block: this is how a state is rebuilt.
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use bitcoin::BlockHash;
use bitcoin::bip158::FilterHash;
use moneta_chain::{Height, Params, SealedBlock};
use moneta_commitments::{CommitmentState, MapChanges, registry_path, registry_value};
use moneta_consensus::ScriptTrust;
use moneta_store::{Archive, ChainState, Durability, OpenError, Opened, Place, StoreError};

use super::ahead::Ahead;
use super::tree::{BlockTree, Stage};
use super::{Chain, SealChecks};
use crate::OpenProgress;
use crate::rules;
use crate::scripts::ScriptMemory;

/// Puts the chain together and returns it at its best block, with its archive.
///
/// # Errors
/// A block can't be read, or does not fit where it stands; the state can't be read.
pub(crate) fn restore(
    params: Params,
    opened: Opened,
    mut progress: impl FnMut(OpenProgress),
) -> Result<(Chain, Archive), OpenError> {
    let Opened {
        archive,
        state,
        fresh,
    } = opened;
    let mut chain = Chain::over(params, state)?;
    let total = fresh.len() as u64;
    for (blocks, place) in (1..).zip(&fresh) {
        let block = archive.read(*place)?;
        connect_archived(&mut chain, &archive, *place, block)?;
        progress(OpenProgress { blocks, total });
    }
    let best = chain.tree.best();
    walk_to(&mut chain, &archive, best)?;
    Ok((chain, archive))
}

impl Chain {
    /// Puts the chain together at the tip of its state.
    fn over(params: Params, state: ChainState) -> Result<Self, OpenError> {
        let mut tree = BlockTree::new(&params);
        let mut filter_hashes: HashMap<BlockHash, FilterHash> = HashMap::new();
        for block in state.blocks()? {
            let (id, place) = (block.id(), block.place);
            let misfit = |reason: &str| OpenError::Misfit {
                id,
                height: place.height(),
                reason: reason.to_owned(),
            };
            tree.insert(&block.sealed, Stage::Stored { place })
                .ok_or_else(|| misfit("its parent is not stored before it"))?;
            filter_hashes.insert(id, block.filter_hash);
        }
        let active = way_to(&tree, &params, &state)?;
        let height = state.tip().map_or(Height::GENESIS, |(_, height)| height);
        let bedrock = bedrock_of(&tree, &active, &state);
        let above_genesis = active.iter().skip(1).filter_map(|id| {
            let block = tree.get(id)?;
            Some((block.header, *filter_hashes.get(id)?))
        });
        let records = state.records()?;
        let registry: MapChanges = records
            .iter()
            .map(|(key, record)| (registry_path(key), Some(registry_value(&record.encode()))))
            .collect();
        Ok(Self {
            commitments: CommitmentState::restored(&params, above_genesis, &registry),
            ahead: Ahead::at_tip(height),
            bedrock,
            recent: VecDeque::new(),
            tree,
            active,
            state,
            scripts: Arc::new(ScriptMemory::with_random_salt()),
            known_states: Mutex::default(),
            seals: Arc::new(SealChecks::of(&params)),
            params,
        })
    }
}

/// Returns the ids from genesis to the tip of the state.
fn way_to(
    tree: &BlockTree,
    params: &Params,
    state: &ChainState,
) -> Result<Vec<BlockHash>, OpenError> {
    let genesis = params.genesis.block_hash();
    let mut active = Vec::new();
    let mut id = state.tip().map_or(genesis, |(id, _)| id);
    while id != genesis {
        active.push(id);
        let block = tree.get(&id).ok_or(StoreError::BadRecord {
            what: "its tip, which is no stored block",
        })?;
        id = block.header.prev_blockhash;
    }
    active.push(genesis);
    active.reverse();
    Ok(active)
}

/// Returns the height of the highest block of the best chain that can't be taken back, as its body is not here.
fn bedrock_of(tree: &BlockTree, active: &[BlockHash], state: &ChainState) -> Height {
    let blocks = active.iter().rev().filter_map(|id| tree.get(id));
    let gone = |stage: &Stage| matches!(stage, Stage::Stored { place } if !state.has_body(*place));
    let mut gone = blocks.filter(|block| gone(&block.stage));
    gone.next().map_or(Height::GENESIS, |block| block.height)
}

fn connect_archived(
    chain: &mut Chain,
    archive: &Archive,
    place: Place,
    block: SealedBlock,
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
    Ok(chain.extend(valid, place, Durability::Now)?)
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
        chain.step_back(&step, Durability::Now)?;
    }
    for id in &way.forth {
        let step = chain.stored_step(id, archive)?;
        chain.step_forth(&step, None, Durability::Now)?;
    }
    Ok(())
}
