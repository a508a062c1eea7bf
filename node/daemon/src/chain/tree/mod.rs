//! Every block the node knows, by its parent: which branch has most work, and the way from one to another.
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use bitcoin::BlockHash;
use bitcoin::block::Header;
use moneta_chain::{ChainWork, Height, Params, SealedBlock};
use moneta_consensus::{MEDIAN_SPAN, ParentBlock, RecentTimes};
use moneta_store::Place;

/// How far a block has come.
#[derive(Debug, Clone)]
pub(crate) enum Stage {
    /// Block 0: valid by definition, stands in the network's constants.
    Genesis,
    /// Right by itself, on a side branch; never connected, so kept in memory only.
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

/// A block and its place among the others.
#[derive(Debug, Clone)]
pub(crate) struct TreeBlock {
    pub(crate) header: Header,
    pub(crate) height: Height,
    /// Work of the whole chain up to it.
    pub(crate) work: ChainWork,
    /// Median time of it and the ten blocks before it.
    pub(crate) median_time: u32,
    /// Order in which blocks came: the earlier wins a tie.
    pub(crate) arrival: u64,
    pub(crate) stage: Stage,
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
    arrivals: u64,
}

impl BlockTree {
    /// Starts a tree from genesis.
    pub(crate) fn new(params: &Params) -> Self {
        let header = params.genesis.header;
        let genesis = TreeBlock {
            header,
            height: Height::GENESIS,
            work: ChainWork::of(&header),
            median_time: header.time,
            arrival: 0,
            stage: Stage::Genesis,
        };
        Self {
            blocks: HashMap::from([(header.block_hash(), genesis)]),
            arrivals: 0,
        }
    }

    /// Returns a block.
    pub(crate) fn get(&self, id: &BlockHash) -> Option<&TreeBlock> {
        self.blocks.get(id)
    }

    /// Adds a block under its parent; `None` if the parent is not known. A known block stays as it is.
    pub(crate) fn insert(&mut self, header: Header, stage: Stage) -> Option<BlockHash> {
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
            height,
            work,
            median_time,
            arrival: self.arrivals,
            stage,
        };
        self.blocks.insert(id, block);
        Some(id)
    }

    /// Moves a block to another stage.
    pub(crate) fn set_stage(&mut self, id: &BlockHash, stage: Stage) {
        if let Some(block) = self.blocks.get_mut(id) {
            block.stage = stage;
        }
    }

    /// Condemns a block and every block that stands on it.
    pub(crate) fn condemn(&mut self, id: BlockHash) {
        let mut by_height: Vec<(Height, BlockHash, BlockHash)> = self
            .blocks
            .iter()
            .map(|(id, block)| (block.height, *id, block.header.prev_blockhash))
            .collect();
        by_height.sort_unstable_by_key(|(height, ..)| *height);
        let mut condemned = BTreeSet::from([id]);
        for (_, id, parent) in by_height {
            if condemned.contains(&parent) {
                condemned.insert(id);
            }
        }
        for id in condemned {
            self.set_stage(&id, Stage::Invalid);
        }
    }

    /// Returns the block with most work, the one that came first on a tie; condemned ones left aside.
    pub(crate) fn best(&self) -> BlockHash {
        let best = self
            .blocks
            .iter()
            .filter(|(_, block)| !matches!(block.stage, Stage::Invalid))
            .max_by(|(_, a), (_, b)| a.work.cmp(&b.work).then(b.arrival.cmp(&a.arrival)));
        *best.expect("genesis is always there and never condemned").0
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

    /// Drops waiting blocks, lowest first, until their bodies weigh at most `max_bytes` together.
    /// Whoever has more work on them sends them again.
    pub(crate) fn drop_waiting_over(&mut self, max_bytes: usize) {
        let mut waiting: Vec<(Height, u64, BlockHash, usize)> = self
            .blocks
            .iter()
            .filter_map(|(id, block)| match &block.stage {
                Stage::Waiting(body) => {
                    Some((block.height, block.arrival, *id, body.block.total_size()))
                }
                _ => None,
            })
            .collect();
        let mut bytes: usize = waiting.iter().map(|(.., size)| size).sum();
        waiting.sort_unstable();
        let mut dropped = BTreeSet::new();
        for (_, _, id, size) in waiting {
            let parent_gone = self
                .get(&id)
                .is_some_and(|block| dropped.contains(&block.header.prev_blockhash));
            if bytes > max_bytes || parent_gone {
                dropped.insert(id);
                bytes = bytes.saturating_sub(size);
            }
        }
        if dropped.is_empty() {
            return;
        }
        for id in dropped {
            self.blocks.remove(&id);
        }
        // Condemned blocks may have stood on them; every block's parent stays in the tree.
        loop {
            let orphans = self.orphans();
            if orphans.is_empty() {
                return;
            }
            for id in &orphans {
                self.blocks.remove(id);
            }
        }
    }

    fn orphans(&self) -> Vec<BlockHash> {
        let is_orphan = |block: &TreeBlock| {
            block.height != Height::GENESIS
                && !self.blocks.contains_key(&block.header.prev_blockhash)
        };
        self.blocks
            .iter()
            .filter(|(_, block)| is_orphan(block))
            .map(|(id, _)| *id)
            .collect()
    }
}
