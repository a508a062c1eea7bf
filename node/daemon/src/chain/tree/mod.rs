//! Every block the node knows, by its parent: which branch has most work, and the way from one to another.
//!
//! A header comes first, verified with its seal; its body comes in any order. **Invariant:** a block's parent is always
//! in the tree, and the best chain is looked for among the linked ones only: those of which every body is here.

mod bodies;
mod prune;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use bitcoin::BlockHash;
use bitcoin::block::Header;
use moneta_chain::{ChainWork, Height, Params, Seal, SealedBlock, SealedHeader};
use moneta_consensus::{MEDIAN_SPAN, ParentBlock, RecentTimes};
use moneta_store::Place;

/// How far a block has come.
#[derive(Debug, Clone)]
pub(crate) enum Stage {
    /// Block 0: valid by definition, stands in the network's constants.
    Genesis,
    /// Its header and its seal were verified; its body is not here.
    Header,
    /// Right by itself, and never connected: its body is in memory only.
    Waiting(Arc<SealedBlock>),
    /// It was connected once: valid, and in the archive. Whether the best chain holds it now is the
    /// chain's to say.
    Stored {
        /// Where it lies, with what its transactions did.
        place: Place,
    },
    /// It breaks a rule in its chain, or stands on a block that does.
    Invalid,
}

impl Stage {
    /// Tells whether the body is here, or was.
    pub(crate) const fn has_body(&self) -> bool {
        matches!(self, Self::Genesis | Self::Waiting(_) | Self::Stored { .. })
    }
}

/// A block and its place among the others.
#[derive(Debug, Clone)]
pub(crate) struct TreeBlock {
    pub(crate) header: Header,
    /// The one that was verified. Another for the same id is of no interest.
    pub(crate) seal: Seal,
    pub(crate) height: Height,
    /// Work of the whole chain up to it.
    pub(crate) work: ChainWork,
    /// Median time of it and the ten blocks before it.
    pub(crate) median_time: u32,
    /// Order in which blocks came, or were linked: the earlier wins a tie.
    pub(crate) arrival: u64,
    pub(crate) stage: Stage,
    /// Whether it and every block below it has its body here, or had.
    pub(crate) is_linked: bool,
}

impl TreeBlock {
    /// Returns header and seal.
    pub(crate) const fn sealed(&self) -> SealedHeader {
        SealedHeader {
            header: self.header,
            seal: self.seal,
        }
    }

    pub(crate) const fn is_invalid(&self) -> bool {
        matches!(self.stage, Stage::Invalid)
    }
}

/// The way from one block to another: what to take back, newest first, then what to connect, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Way {
    pub(crate) back: Vec<BlockHash>,
    pub(crate) forth: Vec<BlockHash>,
}

/// Every block the node knows. A block's parent is always in it.
#[derive(Debug)]
pub(crate) struct BlockTree {
    blocks: HashMap<BlockHash, TreeBlock>,
    /// Blocks that were never connected, by parent.
    unconnected: HashMap<BlockHash, Vec<BlockHash>>,
    unconnected_count: usize,
    /// The best linked block that was never connected.
    ready: Option<BlockHash>,
    /// Bodies that are in memory only, together.
    waiting_bytes: usize,
    arrivals: u64,
}

impl BlockTree {
    /// Starts a tree from genesis.
    pub(crate) fn new(params: &Params) -> Self {
        let header = params.genesis.header;
        let genesis = TreeBlock {
            header,
            seal: params.genesis_seal,
            height: Height::GENESIS,
            work: ChainWork::of(&header),
            median_time: header.time,
            arrival: 0,
            stage: Stage::Genesis,
            is_linked: true,
        };
        Self {
            blocks: HashMap::from([(header.block_hash(), genesis)]),
            unconnected: HashMap::new(),
            unconnected_count: 0,
            ready: None,
            waiting_bytes: 0,
            arrivals: 0,
        }
    }

    /// Returns a block.
    pub(crate) fn get(&self, id: &BlockHash) -> Option<&TreeBlock> {
        self.blocks.get(id)
    }

    /// Adds a block under its parent; `None` if the parent is not known. A known block stays as it is.
    pub(crate) fn insert(&mut self, sealed: &SealedHeader, stage: Stage) -> Option<BlockHash> {
        let header = sealed.header;
        let id = header.block_hash();
        if self.blocks.contains_key(&id) {
            return Some(id);
        }
        let below = self.blocks.get(&header.prev_blockhash)?;
        let height = below.height.next();
        let work = below.work.saturating_add(ChainWork::of(&header));
        let parent = self.as_parent(&header.prev_blockhash)?;
        let median_time = parent.child(&header).median_time();
        self.arrivals += 1;
        let block = TreeBlock {
            header,
            seal: sealed.seal,
            height,
            work,
            median_time,
            arrival: self.arrivals,
            stage: Stage::Header,
            is_linked: false,
        };
        self.blocks.insert(id, block);
        let siblings = self.unconnected.entry(header.prev_blockhash);
        siblings.or_default().push(id);
        self.unconnected_count += 1;
        match stage {
            Stage::Header | Stage::Genesis => {}
            Stage::Waiting(body) => self.fill(&id, body),
            Stage::Stored { place } => self.store(&id, place),
            Stage::Invalid => self.set_stage(&id, Stage::Invalid),
        }
        Some(id)
    }

    /// Condemns a block that was never connected, and every block that stands on it.
    pub(crate) fn condemn(&mut self, id: BlockHash) {
        let mut condemned = vec![id];
        while let Some(id) = condemned.pop() {
            self.set_stage(&id, Stage::Invalid);
            if let Some(block) = self.blocks.get_mut(&id) {
                block.is_linked = false;
            }
            condemned.extend(self.unconnected.get(&id).into_iter().flatten());
        }
        self.find_ready();
    }

    /// Returns the linked block with most work, the one that came first on a tie.
    pub(crate) fn best(&self) -> BlockHash {
        let linked = self.blocks.iter().filter(|(_, block)| block.is_linked);
        best_of(linked).expect("genesis is always there and always linked")
    }

    /// Returns the linked block with most work of those that were never connected.
    pub(crate) const fn ready(&self) -> Option<BlockHash> {
        self.ready
    }

    /// Returns the header with most work of those whose block was never connected, condemned ones left aside.
    pub(crate) fn best_unconnected(&self) -> Option<BlockHash> {
        best_of(self.unconnected().filter(|(_, block)| !block.is_invalid()))
    }

    fn find_ready(&mut self) {
        self.ready = best_of(self.unconnected().filter(|(_, block)| block.is_linked));
    }

    fn unconnected(&self) -> impl Iterator<Item = (&BlockHash, &TreeBlock)> {
        let ids = self.unconnected.values().flatten();
        ids.filter_map(|id| Some((id, self.blocks.get(id)?)))
    }

    /// Returns the way from one known block to another.
    pub(crate) fn way(&self, from: BlockHash, to: BlockHash) -> Option<Way> {
        let (mut from, mut to) = (from, to);
        let mut way = Way::default();
        while from != to {
            let (a, b) = (self.get(&from)?, self.get(&to)?);
            if a.height >= b.height {
                way.back.push(from);
                from = a.header.prev_blockhash;
            }
            if b.height >= a.height {
                way.forth.push(to);
                to = b.header.prev_blockhash;
            }
        }
        way.forth.reverse();
        Some(way)
    }

    /// Returns a block as the parent of another.
    pub(crate) fn as_parent(&self, id: &BlockHash) -> Option<ParentBlock> {
        let block = self.get(id)?;
        let ancestors =
            std::iter::successors(Some(block), |below| self.get(&below.header.prev_blockhash));
        let mut times: Vec<u32> = ancestors
            .take(MEDIAN_SPAN)
            .map(|block| block.header.time)
            .collect();
        times.reverse();
        Some(ParentBlock {
            id: *id,
            height: block.height,
            times: RecentTimes::of(times),
        })
    }
}

/// Returns the block with most work, the one that came first on a tie.
fn best_of<'a>(blocks: impl Iterator<Item = (&'a BlockHash, &'a TreeBlock)>) -> Option<BlockHash> {
    let best = blocks.max_by(|(_, a), (_, b)| a.work.cmp(&b.work).then(b.arrival.cmp(&a.arrival)));
    best.map(|(id, _)| *id)
}
