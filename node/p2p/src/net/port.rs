//! What the network asks of chain and mempool. The daemon answers from the real ones, tests from small ones.
use std::sync::Arc;

use bitcoin::bip158::{BlockFilter, FilterHash, FilterHeader};
use bitcoin::block::Header;
use bitcoin::{Block, BlockHash, Transaction, Txid, Wtxid};
use moneta_chain::{ChainWork, Height, SealedBlock, SealedHeader};
use moneta_consensus::ParentBlock;

use super::PeerId;

/// A header whose seal was verified, and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderPoint {
    /// Its id.
    pub id: BlockHash,
    /// Its height.
    pub height: Height,
    /// Work of the whole chain up to it.
    pub work: ChainWork,
    /// Its time, seconds since 1970.
    pub time: u32,
    /// Whether the block itself is here, or was.
    pub has_body: bool,
}

/// What became of headers that a peer sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeadersVerdict {
    /// All hold; the last of them.
    Accepted {
        /// The last of them.
        last: HeaderPoint,
        /// How many were new: each of these seals was proven.
        fresh: usize,
    },
    /// The header before the first is not known.
    Unconnected,
    /// One is refused; those before it hold.
    Refused {
        /// How many hold.
        held: usize,
        /// The rule's stable name.
        code: &'static str,
        /// Whether only a dishonest or broken peer sends such a header. One that is merely early is not to blame.
        is_offence: bool,
    },
}

/// What became of a block that a peer sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockVerdict {
    /// It is kept: connected, or beside or ahead of the best chain.
    Accepted {
        /// Whether the tip has moved.
        moved: bool,
    },
    /// It was here.
    Known,
    /// Its header was never verified: without its seal nothing can be done with it.
    UnknownHeader,
    /// The body is not the one its header commits to. That says nothing about the id: ask another peer.
    Mutated {
        /// The rule's stable name.
        code: &'static str,
    },
    /// It breaks a rule and is condemned with all that stands on it.
    Invalid {
        /// The rule's stable name.
        code: &'static str,
    },
    /// The node can't take anything now.
    Stopped,
}

/// What became of a transaction that a peer sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransactionVerdict {
    /// It waits, and so do these that had waited for it: announce all, in this order.
    Accepted(Vec<TransactionNotice>),
    /// It was here.
    Known,
    /// It is kept until these come.
    Orphan {
        /// Parents that are not known.
        missing: Vec<Txid>,
    },
    /// It is refused.
    Refused {
        /// The rule's stable name.
        code: String,
    },
}

/// What peers are told of a waiting transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransactionNotice {
    /// Its id.
    pub txid: Txid,
    /// Its id with its witnesses.
    pub wtxid: Wtxid,
    /// What it pays, in grains per 1,000 virtual bytes.
    pub fee_per_kvb: u64,
}

/// Headers that a node takes beyond its best block: memory for as many as half a year brings.
pub const MAX_HEADERS_AHEAD: u32 = 250_000;

/// Chain and mempool, as the network sees them. Calls may take as long as a block takes to connect.
pub trait NodePort {
    /// Returns the best block.
    fn tip(&self) -> HeaderPoint;

    /// Returns the header with most work whose chain holds as far as is known. Its block may not be here yet.
    fn best_header(&self) -> HeaderPoint;

    /// Returns a verified header that was not condemned.
    fn header(&self, id: &BlockHash) -> Option<HeaderPoint>;

    /// Tells whether a block was found invalid.
    fn is_condemned(&self, id: &BlockHash) -> bool;

    /// Returns ids from `from` back to genesis, dense at first, then ever sparser.
    fn locator(&self, from: &BlockHash) -> Vec<BlockHash>;

    /// Returns what follows the first id of `locator` that stands in the best chain, up to `stop`.
    fn headers_after(
        &self,
        locator: &[BlockHash],
        stop: &BlockHash,
        max: usize,
    ) -> Vec<SealedHeader>;

    /// Returns the id at a height of the chain of the best header.
    fn id_on_best(&self, height: Height) -> Option<BlockHash>;

    /// Returns the id at a height of the tip's chain: while blocks lack that is not the best header's.
    fn id_on_active(&self, height: Height) -> Option<BlockHash>;

    /// Returns the height of the last block that a verified header's chain has in common with the best header's.
    fn common_height(&self, id: &BlockHash) -> Option<Height>;

    /// Returns the first blocks between tip and best header that are not here, lowest first.
    fn wanted_bodies(&self, max: usize) -> Vec<HeaderPoint>;

    /// Returns how many bytes of blocks wait for their parents.
    fn waiting_bytes(&self) -> usize;

    /// Verifies headers that follow one another, seals included, and keeps them.
    fn accept_headers(&self, headers: &[SealedHeader]) -> HeadersVerdict;

    /// Returns a verified header as the parent of others.
    fn parent(&self, id: &BlockHash) -> Option<ParentBlock>;

    /// Checks time and difficulty of headers that follow one another on a known one, and not their seals: enough
    /// to count what work they claim. Returns the work of the whole chain up to the last.
    fn claimed_work(&self, headers: &[SealedHeader]) -> Option<ChainWork>;

    /// Takes a block. It may be lost in a crash until [`flush`](Self::flush).
    fn accept_block(&self, block: Block) -> BlockVerdict;

    /// Makes every block that was taken outlive a crash. The driver calls it, for [`Output::Flush`](super::Output::Flush).
    fn flush(&self) {}

    /// Lets blocks that were taken become durable once they have waited. Called on every tick: a sync that stands still
    /// leaves nothing behind.
    fn settle(&self) {}

    /// Returns a block.
    fn block(&self, id: &BlockHash) -> Option<Arc<SealedBlock>>;

    /// Returns the header of a block, seal included.
    fn sealed_header(&self, id: &BlockHash) -> Option<SealedHeader>;

    /// Takes a transaction that a peer sent.
    fn accept_transaction(&self, peer: PeerId, tx: Transaction) -> TransactionVerdict;

    /// Forgets what only that peer sent, as it has gone.
    fn forget_peer(&self, peer: PeerId);

    /// Tells whether there is no need to ask for a transaction with this id.
    fn has_txid(&self, txid: &Txid) -> bool;

    /// Tells whether there is no need to ask for this very transaction.
    fn has_wtxid(&self, wtxid: &Wtxid) -> bool;

    /// Returns a waiting transaction by its id.
    fn by_txid(&self, txid: &Txid) -> Option<Arc<Transaction>>;

    /// Returns a waiting transaction by its id with witnesses.
    fn by_wtxid(&self, wtxid: &Wtxid) -> Option<Arc<Transaction>>;

    /// Shows every waiting transaction: the pool that compact blocks are put together from.
    fn each_waiting(&self, look: &mut dyn FnMut(&Wtxid, &Arc<Transaction>));

    /// Returns what came into the pool since the last call, parents before children.
    fn arrivals(&self) -> Vec<TransactionNotice>;

    /// Returns every waiting transaction's ids and fee, parents before children.
    fn inventory(&self) -> Vec<TransactionNotice>;

    /// Returns the least fee the mempool asks for, in grains per 1,000 virtual bytes (BIP133).
    fn fee_filter(&self) -> u64;

    /// Returns the basic filter of a block of the tip's chain (BIP158).
    fn filter(&self, id: &BlockHash) -> Option<BlockFilter>;

    /// Returns the hash of the basic filter at a height of the tip's chain (BIP157). Two thousand are asked for at a
    /// time: they are to be at hand, without the blocks being read.
    fn filter_hash(&self, height: Height) -> Option<FilterHash>;

    /// Returns the filter header at a height of the tip's chain (BIP157).
    fn filter_header(&self, height: Height) -> Option<FilterHeader>;

    /// Returns the header at a height of the tip's chain.
    fn header_at(&self, height: Height) -> Option<Header>;
}
