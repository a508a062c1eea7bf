//! The chain: every block known, which of them are the best chain, and the state at its tip.
//!
//! Nothing here reads a clock; time comes as an argument. The disk is reached through archive and state only.

mod accept;
mod ahead;
mod connect;
mod error;
mod headers;
mod restore;
mod seals;
mod tree;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use bitcoin::BlockHash;
use bitcoin::bip158::FilterHash;
use bitcoin::block::{Header, Version};
use moneta_chain::{Height, Params, SealedBlock};
use moneta_commitments::CommitmentState;
use moneta_consensus::{ChainView, KnownStates, ParentBlock, VersionView};
use moneta_mips::{deployments, periods};
use moneta_node_api::{ConnectedBlock, ConnectedTransaction, Tip};
use moneta_store::{Archive, ChainState, Place, StateDigest, StateView, StoreError};

pub(crate) use accept::{MAX_WAITING_BYTES, Offer, Toward};
use ahead::Ahead;
pub(crate) use connect::{MAX_WAITING_STEPS, SwitchError};
pub(crate) use error::{ChainError, OUT_OF_REACH};
pub(crate) use restore::restore;
pub(crate) use seals::SealChecks;
use tree::BlockTree;
pub(crate) use tree::{Stage, TreeBlock};

use crate::scripts::ScriptMemory;

/// The best chain, the blocks beside it, and the state at its tip.
pub(crate) struct Chain {
    params: Params,
    tree: BlockTree,
    /// Ids of the best chain by height.
    active: Vec<BlockHash>,
    /// From there to the best header.
    ahead: Ahead,
    /// Height of the highest block of the best chain whose body is not here, as it was pruned or the chain came as a
    /// snapshot: what stands above it can be taken back, it can't.
    bedrock: Height,
    /// The last blocks that were connected, newest at the back: they are asked for most.
    recent: VecDeque<(BlockHash, Arc<SealedBlock>)>,
    state: ChainState,
    /// Filter headers, history and registry map up to the tip: put together when the chain is opened.
    commitments: CommitmentState,
    /// What is known of scripts, shared with whoever runs them without the chain.
    scripts: Arc<ScriptMemory>,
    /// How far deployments were at the periods seen so far.
    known_states: Mutex<KnownStates>,
    /// What seals are checked with.
    seals: Arc<SealChecks>,
}

impl Chain {
    /// Returns the network's constants.
    pub(crate) const fn params(&self) -> &Params {
        &self.params
    }

    /// Returns coins and registry at the tip.
    pub(crate) const fn state(&self) -> &ChainState {
        &self.state
    }

    /// Returns what is known of scripts.
    pub(crate) const fn scripts(&self) -> &Arc<ScriptMemory> {
        &self.scripts
    }

    /// Returns what the next block's commitments follow from.
    pub(crate) const fn commitments(&self) -> &CommitmentState {
        &self.commitments
    }

    /// Returns what seals are checked with.
    pub(crate) const fn seals(&self) -> &Arc<SealChecks> {
        &self.seals
    }

    /// Returns the version of the next block: it signals for what is being deployed (MIP-0000, rule 0.9).
    pub(crate) fn next_version(&self) -> Version {
        let network = self.params.network;
        let mut known = self
            .known_states
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let height = self.tip().height.next();
        known.version(deployments(network), periods(network), self, height)
    }

    /// Returns the best block.
    pub(crate) fn tip(&self) -> Tip {
        let (id, block) = self.tip_block();
        Tip {
            height: block.height,
            id,
            time: block.header.time,
            median_time: block.median_time,
        }
    }

    /// Returns the best block as the parent of the next.
    pub(crate) fn parent(&self) -> ParentBlock {
        self.as_parent(&self.tip().id)
            .expect("the best chain is in the tree")
    }

    fn tip_block(&self) -> (BlockHash, &TreeBlock) {
        let id = *self.active.last().expect("genesis is never taken back");
        (
            id,
            self.tree.get(&id).expect("the best chain is in the tree"),
        )
    }

    /// Returns the id at `height` of the best chain.
    pub(crate) fn id_at(&self, height: Height) -> Option<BlockHash> {
        let index = usize::try_from(height.to_u32()).ok()?;
        self.active.get(index).copied()
    }

    /// Returns the id at `height` of the chain that ends in `tip`, which may be any that was once the best.
    pub(crate) fn ancestor(&self, tip: BlockHash, height: Height) -> Option<BlockHash> {
        let mut id = tip;
        // A branch that was left is short; below where it parted both are one.
        while !self.is_active(&id) {
            let block = self.tree.get(&id)?;
            if block.height <= height {
                return (block.height == height).then_some(id);
            }
            id = block.header.prev_blockhash;
        }
        let parting = self.tree.get(&id)?.height;
        self.id_at(height).filter(|_| height <= parting)
    }

    /// Returns the height of the lowest block that a branch may leave the best chain at.
    pub(crate) const fn bedrock(&self) -> Height {
        self.bedrock
    }

    /// Tells whether a block on `parent` could never be connected, whatever work it has: its branch leaves the best chain
    /// below what can be taken back, or leads over a body that was pruned. No such block is ever kept.
    pub(crate) fn is_out_of_reach(&self, parent: &BlockHash) -> bool {
        let mut id = *parent;
        while let Some(block) = self.tree.get(&id) {
            if self.is_active(&id) {
                return block.height < self.bedrock;
            }
            match block.stage {
                Stage::Stored { place } if self.state.has_body(place) => {
                    id = block.header.prev_blockhash;
                }
                Stage::Stored { .. } => return true,
                // It would not have been kept.
                Stage::Genesis | Stage::Header | Stage::Waiting(_) | Stage::Invalid => {
                    return false;
                }
            }
        }
        false
    }

    /// Returns the header at `height` of the best chain.
    pub(crate) fn header_at(&self, height: Height) -> Option<Header> {
        Some(self.tree.get(&self.id_at(height)?)?.header)
    }

    /// Returns height and median time of a block that was not found invalid.
    pub(crate) fn place_of(&self, id: &BlockHash) -> Option<(Height, u32)> {
        let block = self.verified(id)?;
        Some((block.height, block.median_time))
    }

    /// Tells whether the best chain holds a block.
    pub(crate) fn is_active(&self, id: &BlockHash) -> bool {
        self.tree
            .get(id)
            .is_some_and(|block| self.id_at(block.height) == Some(*id))
    }

    /// Tells whether a block that was connected at some time outlives a power cut.
    pub(crate) fn is_durable(&self, id: &BlockHash, archive: &Archive) -> bool {
        match self.tree.get(id).map(|block| &block.stage) {
            Some(Stage::Stored { place }) => archive.is_synced(*place),
            Some(Stage::Genesis) => true,
            _ => false,
        }
    }

    /// Returns a block if it is one of the last that were connected.
    pub(crate) fn recent_body(&self, id: &BlockHash) -> Option<Arc<SealedBlock>> {
        let found = self.recent.iter().rev().find(|(recent, _)| recent == id);
        found.map(|(_, body)| Arc::clone(body))
    }

    /// Returns block 0.
    pub(crate) fn genesis(&self) -> SealedBlock {
        SealedBlock {
            block: self.params.genesis.clone(),
            seal: self.params.genesis_seal,
        }
    }

    /// Returns where a block's body is; `None` if it is not known, was found invalid or is gone.
    pub(crate) fn body(&self, id: &BlockHash) -> Option<Body> {
        if let Some(body) = self.recent_body(id) {
            return Some(Body::Here(body));
        }
        match &self.tree.get(id)?.stage {
            Stage::Genesis => Some(Body::Here(Arc::new(self.genesis()))),
            Stage::Waiting(body) => Some(Body::Here(Arc::clone(body))),
            Stage::Stored { place } if self.state.has_body(*place) => Some(Body::Archived(*place)),
            Stage::Stored { .. } | Stage::Header | Stage::Invalid => None,
        }
    }

    /// Returns where a block lies that was connected at some time; `None` if it was not, or is gone.
    pub(crate) fn stored_at(&self, id: &BlockHash) -> Option<Place> {
        match &self.tree.get(id)?.stage {
            Stage::Stored { place } if self.state.has_body(*place) => Some(*place),
            _ => None,
        }
    }

    /// Returns what the digest of the best chain is made of.
    pub(crate) fn undigested(&self) -> Undigested {
        let heights = (1..=self.tip().height.to_u32()).map(Height::new);
        let filter_hashes = heights.filter_map(|height| self.commitments.filter_hash_at(height));
        Undigested {
            state: self.state.view(),
            filter_hashes: filter_hashes.collect(),
        }
    }
}

/// Where a block's body is: reading it may wait for the disk, so nobody does who holds the chain.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    /// In memory.
    Here(Arc<SealedBlock>),
    /// In the archive.
    Archived(Place),
}

impl Body {
    /// Reads it.
    ///
    /// # Errors
    /// The archive can't be read.
    pub(crate) fn read(self, archive: &Archive) -> Result<Arc<SealedBlock>, StoreError> {
        match self {
            Self::Here(body) => Ok(body),
            Self::Archived(place) => archive.read(place).map(Arc::new),
        }
    }
}

/// A chain at one moment, to be added up when nobody waits for it.
pub(crate) struct Undigested {
    state: StateView,
    filter_hashes: Vec<FilterHash>,
}

impl Undigested {
    /// Returns the digest.
    ///
    /// # Errors
    /// The state can't be read.
    pub(crate) fn digest(self) -> Result<StateDigest, StoreError> {
        self.state.digest(self.filter_hashes)
    }
}

/// Reads a block that was connected at some time, with what its transactions did.
///
/// # Errors
/// The archive can't be read.
pub(crate) fn read_connected(
    place: Place,
    archive: &Archive,
) -> Result<ConnectedBlock, StoreError> {
    let block = archive.read(place)?;
    let effects = archive.read_effects(place)?;
    let transactions = effects
        .into_iter()
        .map(|effect| ConnectedTransaction {
            txid: effect.txid,
            spent: effect.spent,
            attachments: effect.attachments,
            changes: effect.changes,
            fee: effect.fee,
        })
        .collect();
    Ok(ConnectedBlock {
        id: block.id(),
        height: place.height(),
        block,
        transactions,
    })
}

impl VersionView for Chain {
    fn version_at(&self, height: Height) -> Option<(BlockHash, Version)> {
        let id = self.id_at(height)?;
        Some((id, self.tree.get(&id)?.header.version))
    }
}

impl ChainView for Chain {
    fn median_time_past(&self, height: Height) -> Option<u32> {
        let block = self.tree.get(&self.id_at(height)?)?;
        Some(block.median_time)
    }
}
