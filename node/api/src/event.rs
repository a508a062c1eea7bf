//! Steps of the chain, as plain data.
use std::collections::BTreeMap;
use std::sync::Arc;

use bitcoin::{Amount, BlockHash, Transaction, Txid};
use moneta_chain::{Height, SealedBlock};
use moneta_mips::{Attachment, Change, Coin};

/// The best block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tip {
    /// Its height.
    pub height: Height,
    /// Its id.
    pub id: BlockHash,
    /// Its header's time, seconds since 1970.
    pub time: u32,
    /// Median time of it and the ten blocks before it.
    pub median_time: u32,
}

/// One step of a reader along the chain.
#[derive(Debug, Clone)]
pub enum ChainEvent {
    /// The block the reader saw last is no longer in the best chain: take it back. Carries the same
    /// data as when it was connected, so that every row it made can be unmade.
    Disconnected(Arc<ConnectedBlock>),
    /// The next block of the best chain.
    Connected(Arc<ConnectedBlock>),
}

/// A block of the best chain with everything its transactions did.
#[derive(Debug, Clone)]
pub struct ConnectedBlock {
    /// Its id.
    pub id: BlockHash,
    /// Its height.
    pub height: Height,
    /// Block and seal.
    pub block: SealedBlock,
    /// What each transaction did, in block order; the coinbase first.
    pub transactions: Vec<ConnectedTransaction>,
}

/// What one transaction of a block did.
#[derive(Debug, Clone)]
pub struct ConnectedTransaction {
    /// Its id.
    pub txid: Txid,
    /// The coins it spent, in input order; none for the coinbase.
    pub spent: Vec<Coin>,
    /// What its outputs hold, by output index.
    pub attachments: BTreeMap<u32, Attachment>,
    /// What happened to the registry.
    pub changes: Vec<Change>,
    /// Fee in grains; zero for the coinbase.
    pub fee: Amount,
}

/// A block and where it stands.
#[derive(Debug, Clone)]
pub struct BlockInfo {
    /// Block and seal.
    pub block: Arc<SealedBlock>,
    /// Its height.
    pub height: Height,
    /// Whether the best chain holds it.
    pub in_best_chain: bool,
    /// Its child in the best chain.
    pub next: Option<BlockHash>,
    /// Median time of it and the ten blocks before it.
    pub median_time: u32,
}

impl ConnectedBlock {
    /// Returns each transaction beside what it did.
    pub fn each(&self) -> impl Iterator<Item = (&Transaction, &ConnectedTransaction)> {
        self.block.block.txdata.iter().zip(&self.transactions)
    }
}
