//! One moment of the index: everything a view answers belongs to one tip.

mod assets;
mod blocks;
mod documents;
mod freezes;
mod identities;
mod lists;
mod scripts;
mod search;
mod transactions;

use moneta_chain::{Height, Network};
use moneta_node_api::Tip;

use crate::store::Moment;
use crate::{BlockSummary, IndexError};

/// One moment of the index. Take one per request and ask it everything.
pub struct View {
    moment: Moment,
    network: Network,
    tip: Tip,
}

impl View {
    pub(crate) fn new(moment: Moment, network: Network) -> Result<Self, IndexError> {
        // Only while it is being rebuilt does the index stand nowhere, and that is one transaction.
        let (height, id) = moment.tip()?.ok_or(IndexError::Damaged { table: "meta" })?;
        let tip = Tip {
            height,
            id,
            time: 0,
            median_time: 0,
        };
        let mut view = Self {
            moment,
            network,
            tip,
        };
        let block = view.block_at_tip()?;
        view.tip.time = block.header.time;
        view.tip.median_time = block.median_time;
        Ok(view)
    }

    fn block_at_tip(&self) -> Result<BlockSummary, IndexError> {
        self.block(self.tip.height)?
            .ok_or(IndexError::Damaged { table: "blocks" })
    }

    /// Returns the block this moment stands at.
    pub const fn tip(&self) -> Tip {
        self.tip
    }

    /// Returns the height of the block that comes next: where a freeze or a maturity is judged.
    pub const fn next_height(&self) -> Height {
        self.tip.height.next()
    }
}
