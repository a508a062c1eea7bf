//! Blocks and transactions as the index knows them.
use std::collections::BTreeMap;

use bitcoin::block::Header;
use bitcoin::{Amount, BlockHash, Transaction, Txid};
use moneta_chain::{Height, Seal};
use moneta_mips::{Attachment, Coin};
use serde::{Deserialize, Serialize};

/// Where a transaction stands in the best chain. Ordered as the chain is; lists page by it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Place {
    /// Height of its block.
    pub height: Height,
    /// Its position in the block; 0 is the coinbase.
    pub position: u32,
}

/// A block without its body: enough for a line in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockSummary {
    /// Its id.
    pub id: BlockHash,
    /// Its height.
    pub height: Height,
    /// Its 80-byte header.
    pub header: Header,
    /// Its seal.
    pub seal: Seal,
    /// How many transactions it holds, the coinbase included.
    pub transactions: u32,
    /// Length of the encoded block in bytes, the seal left out.
    pub size: u64,
    /// Weight in weight units.
    pub weight: u64,
    /// Fees of all its transactions together, in grains.
    pub fees: Amount,
    /// What the coinbase pays out, in grains.
    pub reward: Amount,
    /// Median time of it and the ten blocks before it, seconds since 1970.
    pub median_time: u32,
}

/// A confirmed transaction with all that a page about it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedTransaction {
    /// Its id.
    pub txid: Txid,
    /// Where it stands.
    pub place: Place,
    /// Its block.
    pub block: BlockHash,
    /// Its block's time, seconds since 1970.
    pub time: u32,
    /// The transaction.
    pub transaction: Transaction,
    /// The coins it spent, in input order; none for a coinbase.
    pub spent: Vec<Coin>,
    /// What its outputs hold, by output index.
    pub attachments: BTreeMap<u32, Attachment>,
    /// Fee in grains; zero for a coinbase.
    pub fee: Amount,
}

/// One line of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// Where the transaction stands; pass the last one of a page to get the next page.
    pub place: Place,
    /// Which transaction.
    pub txid: Txid,
}

/// Who spent a coin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spend {
    /// The spending transaction.
    pub txid: Txid,
    /// Which of its inputs.
    pub vin: u32,
    /// Where it stands.
    pub place: Place,
}
