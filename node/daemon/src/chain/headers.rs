//! Headers first: the best header beside the best block, and what lies between.
use std::collections::VecDeque;

use bitcoin::BlockHash;
use moneta_chain::{ChainWork, Height, SealedHeader};
use moneta_consensus::ParentBlock;

use super::Chain;
use super::ahead::Ahead;
use super::tree::{Stage, TreeBlock};

/// Blocks beside the best chain and the way to the best header that are kept without having been connected.
const MAX_SIDE: usize = 100_000;
/// To how many they are brought down then.
const SIDE_KEPT: usize = 50_000;
/// Ids of a locator that stand side by side before they grow sparse (as in Bitcoin Core).
const DENSE: u32 = 10;

impl Chain {
    /// Returns a verified header that was not condemned.
    pub(crate) fn verified(&self, id: &BlockHash) -> Option<&TreeBlock> {
        self.tree.get(id).filter(|block| !block.is_invalid())
    }

    /// Tells whether a block breaks a rule, or stands on one that does.
    pub(crate) fn is_condemned(&self, id: &BlockHash) -> bool {
        self.tree.get(id).is_some_and(TreeBlock::is_invalid)
    }

    /// Returns the header with most work that is not condemned; the tip if none has more.
    pub(crate) fn best_header(&self) -> BlockHash {
        let ahead = self.ahead.best().copied();
        ahead.unwrap_or_else(|| self.tip_block().0)
    }

    /// Returns the id at a height of the best header's chain.
    pub(crate) fn id_on_best(&self, height: Height) -> Option<BlockHash> {
        if height <= self.ahead.fork() {
            return self.id_at(height);
        }
        self.ahead.at(height).copied()
    }

    /// Returns the height of the last block that a header's chain has in common with the best header's.
    pub(crate) fn common_height(&self, id: &BlockHash) -> Option<Height> {
        let mut block = self.verified(id)?;
        let mut id = *id;
        while self.id_on_best(block.height) != Some(id) {
            id = block.header.prev_blockhash;
            block = self.tree.get(&id)?;
        }
        Some(block.height)
    }

    /// Returns the first blocks on the way to the best header whose bodies are not here, lowest first.
    pub(crate) fn wanted_bodies(&self) -> impl Iterator<Item = (BlockHash, &TreeBlock)> {
        let ahead = self.ahead.ids();
        ahead
            .filter_map(|id| Some((*id, self.tree.get(id)?)))
            .filter(|(_, block)| !block.stage.has_body())
    }

    /// Returns how many bytes of blocks wait for their parents.
    pub(crate) const fn waiting_bytes(&self) -> usize {
        self.tree.waiting_bytes()
    }

    /// Returns ids from a known block back to genesis, dense at first, then ever sparser; none if it is not known.
    pub(crate) fn locator(&self, from: &BlockHash) -> Vec<BlockHash> {
        let Some(mut block) = self.tree.get(from) else {
            return Vec::new();
        };
        let mut ids = vec![*from];
        let (mut id, mut step) = (*from, 1);
        while block.height > Height::GENESIS {
            let below = block.height.to_u32().saturating_sub(step);
            while block.height.to_u32() > below {
                // Where it joins the best header's chain the rest need not be walked.
                let shortcut = (self.id_on_best(block.height) == Some(id))
                    .then(|| self.id_on_best(Height::new(below)));
                id = shortcut.flatten().unwrap_or(block.header.prev_blockhash);
                match self.tree.get(&id) {
                    Some(parent) => block = parent,
                    None => return ids,
                }
            }
            ids.push(id);
            if ids.len() > DENSE as usize {
                step = step.saturating_mul(2);
            }
        }
        ids
    }

    /// Returns what follows the first id of `locator` that stands in the best chain (genesis if none does), up to
    /// `stop`.
    pub(crate) fn headers_after(
        &self,
        locator: &[BlockHash],
        stop: &BlockHash,
        max: usize,
    ) -> Vec<SealedHeader> {
        let known = locator.iter().find(|id| self.is_active(id));
        let fork = known.and_then(|id| self.tree.get(id));
        let fork = fork.map_or(Height::GENESIS, |block| block.height);
        let first = usize::try_from(fork.next().to_u32()).unwrap_or(usize::MAX);
        let mut headers = Vec::new();
        for id in self.active.iter().skip(first).take(max) {
            let Some(block) = self.tree.get(id) else {
                break;
            };
            headers.push(block.sealed());
            if id == stop {
                break;
            }
        }
        headers
    }

    /// Returns a verified header as the parent of another.
    pub(crate) fn as_parent(&self, id: &BlockHash) -> Option<ParentBlock> {
        self.tree.as_parent(id)
    }

    /// Keeps a header that was verified with its seal; `None` if its parent is not known. On a condemned parent it is
    /// condemned.
    pub(crate) fn add_header(&mut self, sealed: &SealedHeader) -> Option<BlockHash> {
        let on_invalid = self.is_condemned(&sealed.header.prev_blockhash);
        let stage = if on_invalid {
            Stage::Invalid
        } else {
            Stage::Header
        };
        let id = self.tree.insert(sealed, stage)?;
        self.consider(id);
        Some(id)
    }

    /// Forgets headers that will hardly ever matter, if there are many.
    pub(crate) fn prune_headers(&mut self) {
        let side = self
            .tree
            .unconnected_count()
            .saturating_sub(self.ahead.len());
        if side > MAX_SIDE {
            let ahead = &self.ahead;
            let is_ahead = |id: &BlockHash, height| ahead.at(height) == Some(id);
            self.tree.prune_side(SIDE_KEPT, is_ahead);
        }
    }

    /// Makes a block the best header if it has more work than that.
    pub(super) fn consider(&mut self, id: BlockHash) {
        let Some(mut block) = self.verified(&id) else {
            return;
        };
        if block.work <= self.best_work() {
            return;
        }
        let mut ids = VecDeque::new();
        let mut at = id;
        while self.id_on_best(block.height) != Some(at) {
            ids.push_front(at);
            at = block.header.prev_blockhash;
            let Some(parent) = self.tree.get(&at) else {
                return;
            };
            block = parent;
        }
        let from = block.height;
        self.ahead.lead(from, ids);
    }

    /// Looks for the best header again, after blocks were condemned.
    pub(super) fn reconsider(&mut self) {
        if !self.is_condemned(&self.best_header()) {
            return;
        }
        self.ahead = Ahead::at_tip(self.tip().height);
        if let Some(best) = self.tree.best_unconnected() {
            self.consider(best);
        }
    }

    /// Follows the tip to the block that it has just come to.
    pub(super) fn lead_forth(&mut self) {
        let (id, work, height) = {
            let (id, block) = self.tip_block();
            (id, block.work, block.height)
        };
        if !self.ahead.step_forth(&id) && work >= self.best_work() {
            self.ahead = Ahead::at_tip(height);
        }
    }

    fn best_work(&self) -> ChainWork {
        let best = self.tree.get(&self.best_header());
        best.map_or_else(ChainWork::default, |block| block.work)
    }
}
