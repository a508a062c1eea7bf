//! The mempool as plain data.
use std::collections::BTreeMap;
use std::sync::Arc;

use bitcoin::{Amount, OutPoint, Transaction, Txid};
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
