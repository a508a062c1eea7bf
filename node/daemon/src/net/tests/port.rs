//! A chain of one block, as the network sees it: enough for sockets.
use std::sync::Arc;

use bitcoin::bip158::{BlockFilter, FilterHash, FilterHeader};
use bitcoin::block::Header;
use bitcoin::hashes::Hash;
use bitcoin::{Block, BlockHash, Transaction, Txid, Wtxid};
use moneta_chain::{ChainWork, Height, Params, SealedBlock, SealedHeader};
use moneta_consensus::ParentBlock;
use moneta_p2p::{
    BlockVerdict, HeaderPoint, HeadersVerdict, NodePort, PeerId, TransactionNotice,
    TransactionVerdict,
};

/// The id of no block.
pub(super) const UNKNOWN: [u8; 32] = [1; 32];

/// Genesis, and no mempool. To whoever asks what follows [`UNKNOWN`] it says a lot.
pub(super) struct OneBlock(pub(super) Params);

impl OneBlock {
    fn sealed(&self) -> SealedHeader {
        SealedHeader {
            header: self.0.genesis.header,
            seal: self.0.genesis_seal,
        }
    }
}

impl NodePort for OneBlock {
    fn tip(&self) -> HeaderPoint {
        HeaderPoint {
            id: self.0.genesis.block_hash(),
            height: Height::GENESIS,
            work: ChainWork::default(),
            time: self.0.genesis.header.time,
            has_body: true,
        }
    }

    fn best_header(&self) -> HeaderPoint {
        self.tip()
    }

    fn header(&self, id: &BlockHash) -> Option<HeaderPoint> {
        Some(self.tip()).filter(|tip| tip.id == *id)
    }

    fn parent(&self, _: &BlockHash) -> Option<ParentBlock> {
        None
    }

    fn is_condemned(&self, _: &BlockHash) -> bool {
        false
    }

    fn locator(&self, from: &BlockHash) -> Vec<BlockHash> {
        vec![*from]
    }

    fn headers_after(&self, from: &[BlockHash], _: &BlockHash, max: usize) -> Vec<SealedHeader> {
        let is_wanted = from.contains(&BlockHash::from_byte_array(UNKNOWN));
        vec![self.sealed(); if is_wanted { max } else { 0 }]
    }

    fn id_on_best(&self, height: Height) -> Option<BlockHash> {
        (height == Height::GENESIS).then(|| self.tip().id)
    }

    fn common_height(&self, id: &BlockHash) -> Option<Height> {
        self.header(id).map(|point| point.height)
    }

    fn wanted_bodies(&self, _: usize) -> Vec<HeaderPoint> {
        Vec::new()
    }

    fn waiting_bytes(&self) -> usize {
        0
    }

    fn accept_headers(&self, _: &[SealedHeader]) -> HeadersVerdict {
        HeadersVerdict::Unconnected
    }

    fn claimed_work(&self, _: &[SealedHeader]) -> Option<ChainWork> {
        None
    }

    fn accept_block(&self, _: Block, _: bool) -> BlockVerdict {
        BlockVerdict::UnknownHeader
    }

    fn block(&self, _: &BlockHash) -> Option<Arc<SealedBlock>> {
        None
    }

    fn sealed_header(&self, id: &BlockHash) -> Option<SealedHeader> {
        self.header(id).map(|_| self.sealed())
    }

    fn accept_transaction(&self, _: PeerId, _: Transaction) -> TransactionVerdict {
        TransactionVerdict::Known
    }

    fn forget_peer(&self, _: PeerId) {}

    fn has_txid(&self, _: &Txid) -> bool {
        true
    }

    fn has_wtxid(&self, _: &Wtxid) -> bool {
        true
    }

    fn by_txid(&self, _: &Txid) -> Option<Arc<Transaction>> {
        None
    }

    fn by_wtxid(&self, _: &Wtxid) -> Option<Arc<Transaction>> {
        None
    }

    fn pool(&self) -> Vec<(Wtxid, Arc<Transaction>)> {
        Vec::new()
    }

    fn arrivals(&self) -> Vec<TransactionNotice> {
        Vec::new()
    }

    fn inventory(&self) -> Vec<TransactionNotice> {
        Vec::new()
    }

    fn fee_filter(&self) -> u64 {
        1_000
    }

    fn filter(&self, _: &BlockHash) -> Option<BlockFilter> {
        None
    }

    fn filter_hash(&self, _: Height) -> Option<FilterHash> {
        None
    }

    fn filter_header(&self, _: Height) -> Option<FilterHeader> {
        None
    }

    fn header_at(&self, height: Height) -> Option<Header> {
        (height == Height::GENESIS).then_some(self.0.genesis.header)
    }
}
