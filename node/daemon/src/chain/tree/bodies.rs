//! Bodies come in any order: which blocks are linked, and how much of what waits is kept.
use std::collections::VecDeque;
use std::sync::Arc;

use bitcoin::BlockHash;
use moneta_chain::{Height, SealedBlock};
use moneta_store::Place;

use super::{BlockTree, Stage};

impl BlockTree {
    /// Gives a block its body if it lacks that.
    pub(crate) fn fill(&mut self, id: &BlockHash, body: Arc<SealedBlock>) {
        let Some(block) = self.blocks.get(id) else {
            return;
        };
        if !matches!(block.stage, Stage::Header) {
            return;
        }
        let parent = block.header.prev_blockhash;
        self.set_stage(id, Stage::Waiting(body));
        if self
            .blocks
            .get(&parent)
            .is_some_and(|block| block.is_linked)
        {
            self.link(*id);
        }
    }

    /// Notes that a block was connected, and where it lies. What waited for it is linked now.
    pub(crate) fn store(&mut self, id: &BlockHash, place: Place) {
        self.set_stage(id, Stage::Stored { place });
        let Some(block) = self.blocks.get_mut(id) else {
            return;
        };
        let was_linked = std::mem::replace(&mut block.is_linked, true);
        let parent = block.header.prev_blockhash;
        self.leave_unconnected(id, &parent);
        if self.ready == Some(*id) {
            self.ready = None;
        }
        if !was_linked {
            for child in self.unconnected.get(id).cloned().unwrap_or_default() {
                self.link(child);
            }
        }
    }

    /// Links a block on a linked one, and what waits on it, if the bodies are here.
    fn link(&mut self, id: BlockHash) {
        let mut next = VecDeque::from([id]);
        while let Some(id) = next.pop_front() {
            let Some(block) = self.blocks.get_mut(&id) else {
                continue;
            };
            if block.is_linked || !matches!(block.stage, Stage::Waiting(_)) {
                continue;
            }
            self.arrivals += 1;
            block.arrival = self.arrivals;
            block.is_linked = true;
            let work = block.work;
            let ready = self.ready.and_then(|id| self.blocks.get(&id));
            if ready.is_none_or(|ready| ready.work < work) {
                self.ready = Some(id);
            }
            next.extend(self.unconnected.get(&id).into_iter().flatten());
        }
    }

    /// Drops bodies that wait until they weigh at most `max_bytes` together; their headers stay. Side branches go
    /// first, the one with least work before the others, then what is furthest ahead on the way to the best header.
    pub(crate) fn drop_waiting_over(
        &mut self,
        max_bytes: usize,
        is_ahead: impl Fn(&BlockHash, Height) -> bool,
    ) {
        if self.waiting_bytes <= max_bytes {
            return;
        }
        let work_above = self.work_above();
        let mut waiting: Vec<_> = self
            .unconnected()
            .filter(|(_, block)| matches!(block.stage, Stage::Waiting(_)))
            .map(|(id, block)| {
                let branch = (!is_ahead(id, block.height)).then(|| work_above.get(id).copied());
                // Of the way to the best header there is one only.
                (
                    branch.is_none(),
                    branch,
                    std::cmp::Reverse(block.height),
                    *id,
                )
            })
            .collect();
        waiting.sort_unstable();
        for (.., id) in waiting {
            if self.waiting_bytes <= max_bytes {
                break;
            }
            self.set_stage(&id, Stage::Header);
            self.unlink(id);
        }
        self.find_ready();
    }

    fn unlink(&mut self, id: BlockHash) {
        let mut next = vec![id];
        while let Some(id) = next.pop() {
            if let Some(block) = self.blocks.get_mut(&id) {
                block.is_linked = false;
            }
            next.extend(self.unconnected.get(&id).into_iter().flatten());
        }
    }

    /// Returns how many bytes of bodies are in memory only.
    pub(crate) const fn waiting_bytes(&self) -> usize {
        self.waiting_bytes
    }

    /// Moves a block to another stage.
    pub(super) fn set_stage(&mut self, id: &BlockHash, stage: Stage) {
        let Some(block) = self.blocks.get_mut(id) else {
            return;
        };
        let before = std::mem::replace(&mut block.stage, stage);
        self.waiting_bytes += waiting_size(&block.stage);
        self.waiting_bytes -= waiting_size(&before);
    }

    pub(super) fn leave_unconnected(&mut self, id: &BlockHash, parent: &BlockHash) {
        let Some(siblings) = self.unconnected.get_mut(parent) else {
            return;
        };
        let before = siblings.len();
        siblings.retain(|sibling| sibling != id);
        self.unconnected_count -= before - siblings.len();
        if siblings.is_empty() {
            self.unconnected.remove(parent);
        }
    }
}

fn waiting_size(stage: &Stage) -> usize {
    match stage {
        Stage::Waiting(body) => body.block.total_size(),
        Stage::Genesis | Stage::Header | Stage::Stored { .. } | Stage::Invalid => 0,
    }
}
