//! One moment of the index: everything a view answers belongs to one tip.

mod blocks;
mod documents;
mod registry;
mod scripts;
mod search;
mod transactions;

use moneta_node_api::Tip;

/// One moment of the index. Take one per request and ask it everything.
pub struct View {
    tip: Tip,
}

impl View {
    /// Returns the block this moment stands at.
    pub const fn tip(&self) -> Tip {
        self.tip
    }
}
