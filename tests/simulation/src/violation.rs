//! What a simulation found that must not be.
use moneta_p2p::Goodbye;

/// A promise that was broken.
#[derive(Debug, thiserror::Error)]
pub enum Violation {
    /// An honest node was taken for a dishonest one.
    #[error("node {by} hung up on node {on}, which is honest, for {}: {reason}", reason.code())]
    HonestPunished {
        /// Who hung up.
        by: usize,
        /// On whom.
        on: usize,
        /// Why.
        reason: Goodbye,
    },
    /// A node does not open what its disk holds.
    #[error("node {node} does not start again: {error}")]
    NotOpened {
        /// Which.
        node: usize,
        /// Why.
        error: String,
    },
    /// Nodes that can speak with each other do not agree in time.
    #[error("after {seconds} s the tips still differ: {tips}")]
    NotHealed {
        /// How long they had.
        seconds: u64,
        /// Height and id of each.
        tips: String,
    },
    /// Equal chains, different states.
    #[error("nodes {one} and {other} have the same tip and different states")]
    DigestsDiffer {
        /// One.
        one: usize,
        /// The other.
        other: usize,
    },
    /// What the chain's blocks say is not what a node says.
    #[error("the ledger of the blocks and node {node} differ: {what}")]
    LedgerDiffers {
        /// Which node.
        node: usize,
        /// In what.
        what: String,
    },
    /// A transaction did not reach everyone in time.
    #[error("a transaction did not reach node {node} in {seconds} s")]
    TransactionLost {
        /// Who lacks it.
        node: usize,
        /// How long it had.
        seconds: u64,
    },
    /// Something grew over its bound.
    #[error("{what} of node {node} grew to {size}, the bound is {bound}")]
    Unbounded {
        /// Whose.
        node: usize,
        /// What.
        what: &'static str,
        /// How large it is.
        size: u64,
        /// How large it may be.
        bound: u64,
    },
    /// The node refused what it has to do at any time.
    #[error("node {node} failed: {error}")]
    Failed {
        /// Which.
        node: usize,
        /// At what.
        error: String,
    },
    /// The code gave up.
    #[error("panic: {0}")]
    Panicked(String),
}
