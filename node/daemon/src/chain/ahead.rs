//! The way from the best chain to the best header, by height.
use std::collections::VecDeque;

use bitcoin::BlockHash;
use moneta_chain::Height;

/// The chain of the best header above the last block that it has in common with the best chain. **Invariant:** nothing
/// is above only if the best chain's tip is the best header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ahead {
    fork: Height,
    /// Lowest first.
    ids: VecDeque<BlockHash>,
}

impl Ahead {
    /// Starts with the tip, at this height, as the best header.
    pub(super) const fn at_tip(tip: Height) -> Self {
        Self {
            fork: tip,
            ids: VecDeque::new(),
        }
    }

    /// Returns the best header; `None` if that is the tip.
    pub(super) fn best(&self) -> Option<&BlockHash> {
        self.ids.back()
    }

    /// Returns the height of the last block that both chains have.
    pub(super) const fn fork(&self) -> Height {
        self.fork
    }

    /// Returns the id at a height above the fork.
    pub(super) fn at(&self, height: Height) -> Option<&BlockHash> {
        let above = height.to_u32().checked_sub(self.fork.to_u32())?;
        self.ids.get(usize::try_from(above.checked_sub(1)?).ok()?)
    }

    /// Returns the ids above the fork, lowest first.
    pub(super) fn ids(&self) -> impl Iterator<Item = &BlockHash> {
        self.ids.iter()
    }

    /// Returns how many blocks there are above the fork.
    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Follows the tip to the next block; tells whether that is on the way.
    pub(super) fn step_forth(&mut self, id: &BlockHash) -> bool {
        let on_the_way = self.ids.front().is_none_or(|next| next == id);
        if on_the_way {
            self.ids.pop_front();
            self.fork = self.fork.next();
        }
        on_the_way
    }

    /// Follows the tip back from a block at this height.
    pub(super) fn step_back(&mut self, id: BlockHash, height: Height) {
        if self.fork == height {
            self.ids.push_front(id);
            self.fork = height.previous().unwrap_or(Height::GENESIS);
        }
    }

    /// Leads from the block at `from`, which is on the way or in the best chain, to other blocks.
    pub(super) fn lead(&mut self, from: Height, ids: VecDeque<BlockHash>) {
        match from.to_u32().checked_sub(self.fork.to_u32()) {
            Some(kept) => {
                self.ids
                    .truncate(usize::try_from(kept).unwrap_or(usize::MAX));
                self.ids.extend(ids);
            }
            None => *self = Self { fork: from, ids },
        }
    }
}
