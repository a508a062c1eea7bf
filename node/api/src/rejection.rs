//! Why a node refuses.

/// Why a transaction is refused. The code is stable and is the same in spec, vector, log and API body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail} [{code}]")]
pub struct Rejection {
    /// Stable code, such as `mip0001.coin_frozen`.
    pub code: String,
    /// A sentence that helps.
    pub detail: String,
}

/// Why a node can't do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NodeError {
    /// The node knows no such block.
    #[error("no block {0} is known")]
    UnknownBlock(bitcoin::BlockHash),
    /// The chain's clock has run so far ahead that the next block would be refused.
    #[error(
        "the chain's clock is ahead of this machine's: wait {wait_seconds} s before mining more"
    )]
    TooFarAhead {
        /// How long to wait.
        wait_seconds: u32,
    },
    /// The miner could not make a valid block: a fault of this program, never of a transaction.
    #[error("the miner can't make a valid block [{code}]")]
    InvalidTemplate {
        /// The rule that its block broke.
        code: &'static str,
    },
    /// A file could not be read or written. The node stops.
    #[error("storage failed: {0}")]
    Storage(String),
    /// The node has stopped.
    #[error("the node has stopped")]
    Stopped,
}

impl NodeError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownBlock(_) => "node.unknown_block",
            Self::TooFarAhead { .. } => "node.too_far_ahead",
            Self::InvalidTemplate { .. } => "node.invalid_template",
            Self::Storage(_) => "node.storage",
            Self::Stopped => "node.stopped",
        }
    }
}
