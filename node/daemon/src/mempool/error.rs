//! Why the mempool does not take a transaction.
use bitcoin::{OutPoint, Txid};
use moneta_consensus::TransactionError;
use moneta_node_api::Rejection;

/// One variant, one reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PoolError {
    /// It breaks a rule that holds in blocks too.
    #[error(transparent)]
    Rule(#[from] TransactionError),
    /// It is in a block already.
    #[error("this transaction is already in a block")]
    AlreadyConfirmed,
    /// A waiting transaction spends the same coin.
    #[error("{outpoint} is already being spent by the waiting transaction {by}")]
    Conflict { outpoint: OutPoint, by: Txid },
    /// It freezes a coin that it stands on the spending of.
    #[error("it builds on {0}, which spends a coin that it freezes: wait until that is in a block")]
    FreezesOwnAncestor(Txid),
    /// It pays too little.
    #[error("the fee of {fee} grains is too low: {vsize} virtual bytes need at least {least}")]
    FeeTooLow { fee: u64, vsize: u64, least: u64 },
    /// It is too heavy to be relayed.
    #[error("the transaction weighs {weight} units, more than the {max} that are relayed")]
    TooHeavy { weight: u64, max: u64 },
    /// It asks for too much signature checking.
    #[error("the scripts cost {cost} signature operations, more than the {max} that are relayed")]
    TooManySigops { cost: u64, max: u64 },
    /// Too many waiting transactions stand behind one another.
    #[error("it would make a chain of more than {max} unconfirmed transactions: wait for a block")]
    ChainTooLong { max: usize },
    /// The pool is full of transactions that pay more.
    #[error("the mempool is full: pay at least {least} grains per virtual byte")]
    Full { least: u64 },
}

impl PoolError {
    /// Returns the stable code of this reason.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Rule(error) => error.code(),
            Self::AlreadyConfirmed => "tx.already_confirmed",
            Self::Conflict { .. } | Self::FreezesOwnAncestor(_) => "tx.mempool_conflict",
            Self::FeeTooLow { .. } => "tx.fee_too_low",
            Self::TooHeavy { .. } => "tx.too_heavy",
            Self::TooManySigops { .. } => "tx.too_many_sigops",
            Self::ChainTooLong { .. } => "tx.chain_too_long",
            Self::Full { .. } => "tx.mempool_full",
        }
    }
}

impl From<PoolError> for Rejection {
    fn from(error: PoolError) -> Self {
        Self {
            code: error.code().to_owned(),
            detail: error.to_string(),
        }
    }
}
