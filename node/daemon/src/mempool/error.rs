//! Why the mempool does not take a transaction.
use bitcoin::{OutPoint, Txid};
use moneta_consensus::TransactionError;
use moneta_node_api::Rejection;

use super::standard::PolicyError;

/// One variant, one reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PoolError {
    /// It breaks a rule that holds in blocks too.
    #[error(transparent)]
    Rule(#[from] TransactionError),
    /// A block may hold it, and this node relays no such transaction.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// It is in a block already.
    #[error("this transaction is already in a block")]
    AlreadyConfirmed,
    /// A waiting transaction spends the same coin, and this one can't replace it.
    #[error("{outpoint} is already being spent by the waiting transaction {by}")]
    Conflict { outpoint: OutPoint, by: Txid },
    /// It spends from a transaction that it would replace.
    #[error(
        "it spends a coin of the waiting transaction {0} and another coin that this spends too"
    )]
    SpendsReplaced(Txid),
    /// It would replace others and stands on what they did not stand on (BIP125 rule 2).
    #[error(
        "it would replace {replaced} and spends the unconfirmed {parent} besides: a replacement may add \
         confirmed coins only"
    )]
    ReplacementNewParent { replaced: Txid, parent: Txid },
    /// It would replace too many (BIP125 rule 5).
    #[error(
        "it would replace {count} waiting transactions, at most {max} may be replaced at a time"
    )]
    ReplacementTooMany { count: usize, max: usize },
    /// It pays no more per byte than what it would replace (BIP125 rule 6).
    #[error(
        "{replaced} spends the same coin and pays {rate} grains per 1,000 virtual bytes: only what pays more \
         per byte replaces it"
    )]
    ReplacementRateTooLow { replaced: Txid, rate: u64 },
    /// It does not pay for what it would replace and its own way (BIP125 rules 3 and 4).
    #[error(
        "{replaced} spends the same coin: with a fee of {fee} grains it can't be replaced, {least} are enough"
    )]
    ReplacementFeeTooLow {
        replaced: Txid,
        fee: u64,
        least: u64,
    },
    /// It freezes a coin that it stands on the spending of.
    #[error("it builds on {0}, which spends a coin that it freezes: wait until that is in a block")]
    FreezesOwnAncestor(Txid),
    /// It froze here for as long as a freeze without a block may, and left.
    #[error(
        "this freeze waited {blocks} blocks for one and stops nobody any more: a new one is welcome, best for a \
         higher fee"
    )]
    FreezeLapsed { blocks: u32 },
    /// It pays too little.
    #[error("the fee of {fee} grains is too low: {vsize} virtual bytes need at least {least}")]
    FeeTooLow { fee: u64, vsize: u64, least: u64 },
    /// It is too heavy to be relayed.
    #[error("the transaction weighs {weight} units, more than the {max} that are relayed")]
    TooHeavy { weight: u64, max: u64 },
    /// It asks for too much signature checking.
    #[error("the scripts cost {cost} signature operations, more than the {max} that are relayed")]
    TooManySigops { cost: u64, max: u64 },
    /// Too many waiting transactions stand behind one another, or they are too large.
    #[error(
        "it would make a chain of more than {max} unconfirmed transactions or {max_vsize} virtual bytes: \
         wait for a block"
    )]
    ChainTooLong { max: u64, max_vsize: u64 },
    /// The pool is full of transactions that pay more.
    #[error("the mempool is full: pay at least {least} grains")]
    Full { least: u64 },
    /// A package holds no or too many transactions.
    #[error("a package holds 1 to {max} transactions, not {count}")]
    PackageCount { count: usize, max: usize },
    /// A package is too heavy.
    #[error("the package weighs {weight} units, more than the {max} that are relayed")]
    PackageTooHeavy { weight: u64, max: u64 },
    /// A package is not a child with its parents, parents first.
    #[error(
        "transaction {0} is out of place: a package is a child, last, with parents of it before"
    )]
    PackageShape(Txid),
    /// A transaction of a package is refused.
    #[error("transaction {txid} of the package: {error}")]
    InPackage {
        txid: Txid,
        #[source]
        error: Box<PoolError>,
    },
}

impl PoolError {
    /// Returns the stable code of this reason.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Rule(error) => error.code(),
            Self::Policy(error) => error.code(),
            Self::AlreadyConfirmed => "tx.already_confirmed",
            Self::Conflict { .. } | Self::SpendsReplaced(_) | Self::FreezesOwnAncestor(_) => {
                "tx.mempool_conflict"
            }
            Self::FreezeLapsed { .. } => "tx.freeze_lapsed",
            Self::ReplacementNewParent { .. } => "policy.replacement_new_parent",
            Self::ReplacementTooMany { .. } => "policy.replacement_too_many",
            Self::ReplacementRateTooLow { .. } => "policy.replacement_rate_too_low",
            Self::ReplacementFeeTooLow { .. } => "policy.replacement_fee_too_low",
            Self::FeeTooLow { .. } => "tx.fee_too_low",
            Self::TooHeavy { .. } => "tx.too_heavy",
            Self::TooManySigops { .. } => "tx.too_many_sigops",
            Self::ChainTooLong { .. } => "tx.chain_too_long",
            Self::Full { .. } => "tx.mempool_full",
            Self::PackageCount { .. } => "policy.package_count",
            Self::PackageTooHeavy { .. } => "policy.package_too_heavy",
            Self::PackageShape(_) => "policy.package_shape",
            Self::InPackage { error, .. } => error.code(),
        }
    }

    /// Tells whether more fee would have helped.
    pub(crate) const fn is_about_fee(&self) -> bool {
        matches!(self, Self::FeeTooLow { .. } | Self::Full { .. })
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
