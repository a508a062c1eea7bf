//! The mempool as plain data.
use std::collections::BTreeMap;
use std::sync::Arc;

use bitcoin::{Amount, BlockHash, OutPoint, Transaction, Txid};
use moneta_mips::{Attachment, Coin};

/// A transaction that waits for a block.
#[derive(Debug, Clone)]
pub struct MempoolEntry {
    /// Its id.
    pub txid: Txid,
    /// The transaction.
    pub transaction: Arc<Transaction>,
    /// The coins it spends, in input order.
    pub spent: Vec<Coin>,
    /// What its outputs would hold, by output index.
    pub attachments: BTreeMap<u32, Attachment>,
    /// Fee in grains.
    pub fee: Amount,
    /// Size in virtual bytes, rounded up.
    pub vsize: u64,
    /// Seconds since 1970 when it came.
    pub arrived: u64,
}

/// The mempool at one moment.
#[derive(Debug, Clone, Default)]
pub struct MempoolSnapshot {
    /// Changes whenever the mempool does.
    pub revision: u64,
    /// Transactions in an order in which parents stand before children.
    pub entries: Vec<Arc<MempoolEntry>>,
    /// Which transaction spends which coin.
    pub spenders: BTreeMap<OutPoint, Txid>,
}

/// How full the mempool is and what it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MempoolInfo {
    /// Transactions that wait.
    pub transactions: usize,
    /// Their virtual bytes together.
    pub vsize: u64,
    /// Memory that they take, in bytes.
    pub memory: u64,
    /// The most memory that they may take, in bytes.
    pub max_memory: u64,
    /// The least that a transaction must pay now, in grains per 1,000 virtual bytes.
    pub min_fee_per_kvb: u64,
    /// What a replacement must pay beyond what it replaces, in grains per 1,000 of its virtual bytes.
    pub incremental_fee_per_kvb: u64,
    /// Transactions of which parents are not known yet.
    pub orphans: usize,
    /// Transactions that were good and may be good again after another block.
    pub resting: usize,
}

/// Why a transaction left the mempool other than into a block of the best chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemovalReason {
    /// This transaction replaced it, or what it stood on, for a higher fee.
    Replaced {
        /// Which.
        by: Txid,
    },
    /// This waiting transaction freezes a coin that it, or what it stood on, spends. It comes back by itself
    /// if the freeze goes.
    Frozen {
        /// Which.
        by: Txid,
    },
    /// It freezes, or stood on one that does, and no block took it for 144 blocks: it stops nobody any more.
    FreezeLapsed,
    /// A block spends the same coin, or one that it stood on.
    Conflict {
        /// The block that was the tip then.
        block: BlockHash,
    },
    /// It waited too long, or stood on one that did.
    Expired,
    /// The mempool was full of transactions that pay more.
    SizeLimit,
    /// It paid too little by itself, and what paid for it went.
    FeeTooLow,
    /// The chain moved, and it is not good any more.
    Invalid {
        /// The rule that it would break.
        code: &'static str,
    },
    /// The chain moved, and it may be good again in a later block; it comes back by itself.
    Resting {
        /// The rule that it would break now.
        code: &'static str,
    },
}

impl RemovalReason {
    /// Returns the stable code of this reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Replaced { .. } => "mempool.replaced",
            Self::Frozen { .. } => "mempool.frozen",
            Self::FreezeLapsed => "mempool.freeze_lapsed",
            Self::Conflict { .. } => "mempool.conflict",
            Self::Expired => "mempool.expired",
            Self::SizeLimit => "mempool.size_limit",
            Self::FeeTooLow => "mempool.fee_too_low",
            Self::Invalid { .. } => "mempool.invalid",
            Self::Resting { .. } => "mempool.resting",
        }
    }
}

/// A transaction that left the mempool other than into a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MempoolRemoval {
    /// Counts removals since the node started, from 1.
    pub sequence: u64,
    /// Which transaction.
    pub txid: Txid,
    /// Why.
    pub reason: RemovalReason,
}

/// What became of a package that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedPackage {
    /// Ids of its transactions, in its order; all of them wait now.
    pub txids: Vec<Txid>,
    /// Waiting transactions that it replaced.
    pub replaced: Vec<Txid>,
}
