//! Headers of branches that will hardly ever matter are forgotten: memory is for those that may.
use std::collections::HashMap;

use bitcoin::BlockHash;
use moneta_chain::{ChainWork, Height};

use super::{BlockTree, Stage};

impl BlockTree {
    /// Forgets blocks that were never connected and are not on the way to the best header, those of the branches with
    /// least work first, until at most `keep` of them are left.
    pub(crate) fn prune_side(
        &mut self,
        keep: usize,
        is_ahead: impl Fn(&BlockHash, Height) -> bool,
    ) {
        let work_above = self.work_above();
        let mut side: Vec<(ChainWork, BlockHash)> = work_above
            .into_iter()
            .filter(|(id, _)| !self.get(id).is_some_and(|block| is_ahead(id, block.height)))
            .map(|(id, work)| (work, id))
            .collect();
        let Some(excess) = side.len().checked_sub(keep).filter(|excess| *excess > 0) else {
            return;
        };
        side.sort_unstable();
        let Some((last, _)) = side.get(excess - 1).copied() else {
            return;
        };
        // A block has at least the work above it that its children have: whole branches go.
        for (_, id) in side.iter().take_while(|(work, _)| *work <= last) {
            self.set_stage(id, Stage::Header);
            if let Some(block) = self.blocks.remove(id) {
                self.leave_unconnected(id, &block.header.prev_blockhash);
            }
        }
        self.find_ready();
    }

    /// Returns how many blocks were never connected.
    pub(crate) const fn unconnected_count(&self) -> usize {
        self.unconnected_count
    }

    /// Returns the most work that a chain through each block that was never connected has.
    pub(super) fn work_above(&self) -> HashMap<BlockHash, ChainWork> {
        let mut by_height: Vec<(Height, BlockHash)> = self
            .unconnected()
            .map(|(id, block)| (block.height, *id))
            .collect();
        by_height.sort_unstable_by(|a, b| b.cmp(a));
        let mut above: HashMap<BlockHash, ChainWork> = HashMap::with_capacity(by_height.len());
        for (_, id) in by_height {
            let Some(block) = self.blocks.get(&id) else {
                continue;
            };
            let best = above
                .get(&id)
                .map_or(block.work, |work| *work.max(&block.work));
            above.insert(id, best);
            let parent = block.header.prev_blockhash;
            let is_unconnected = self.blocks.get(&parent).is_some_and(|parent| {
                matches!(
                    parent.stage,
                    Stage::Header | Stage::Waiting(_) | Stage::Invalid
                )
            });
            if is_unconnected {
                let of_parent = above.entry(parent).or_insert(best);
                *of_parent = best.max(*of_parent);
            }
        }
        above
    }
}
