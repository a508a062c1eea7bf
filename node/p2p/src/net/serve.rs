//! Answers: what peers ask of us, and no more of it at a time than they read.
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::{GetBlocksMessage, GetHeadersMessage, Inventory};
use bitcoin::{BlockHash, block};

use super::compact::MAX_COMPACT_DEPTH;
use super::session::MAX_OWED;
use super::turn::Turn;
use super::{Network, PeerId};
use crate::MAX_HEADERS;

/// Block ids in one answer to `getblocks`, as in Bitcoin Core.
const MAX_BLOCK_IDS: usize = 500;
/// Headers in one answer to `getheaders`.
const HEADERS_AT_ONCE: usize = MAX_HEADERS as usize;
/// Transactions named in answer to `mempool`.
const MAX_MEMPOOL: usize = 50_000;
/// Blocks sent before the peer has read what it has.
const BLOCKS_AT_ONCE: usize = 4;
/// Items looked at before the peer has read what it has.
const ITEMS_AT_ONCE: usize = 1_000;

impl Network {
    /// Answers `getheaders`.
    pub(super) fn give_headers(
        &mut self,
        turn: &Turn<'_>,
        peer: PeerId,
        question: &GetHeadersMessage,
    ) {
        let (locator, stop) = (&question.locator_hashes, &question.stop_hash);
        let headers = if locator.is_empty() {
            turn.node.sealed_header(stop).into_iter().collect()
        } else {
            turn.node.headers_after(locator, stop, HEADERS_AT_ONCE)
        };
        if let (Some(last), Some(session)) = (headers.last(), self.peers.get_mut(&peer)) {
            session.told = Some(last.header.block_hash());
        }
        let answer = self.headers_for(peer, headers);
        self.send(peer, answer);
    }

    /// Answers `getblocks`.
    pub(super) fn give_block_ids(
        &mut self,
        turn: &Turn<'_>,
        peer: PeerId,
        question: &GetBlocksMessage,
    ) {
        let (locator, stop) = (&question.locator_hashes, &question.stop_hash);
        let headers = turn.node.headers_after(locator, stop, MAX_BLOCK_IDS);
        let items: Vec<Inventory> = headers
            .iter()
            .map(|sealed| Inventory::Block(sealed.header.block_hash()))
            .collect();
        if !items.is_empty() {
            self.send(peer, NetworkMessage::Inv(items));
        }
    }

    /// Answers `mempool`: to peers that hear of transactions anyway.
    pub(super) fn give_mempool(&mut self, turn: &Turn<'_>, peer: PeerId) {
        let Some(session) = self.peers.get_mut(&peer) else {
            return;
        };
        if !session.relays_transactions() {
            return;
        }
        let by_wtxid = session.has_wtxid_relay();
        let mut items = Vec::new();
        for notice in turn.node.inventory().into_iter().take(MAX_MEMPOOL) {
            if notice.fee_per_kvb < session.wants.least_fee {
                continue;
            }
            session.learn_transaction(notice.wtxid);
            items.push(if by_wtxid {
                Inventory::WTx(notice.wtxid)
            } else {
                Inventory::Transaction(notice.txid)
            });
        }
        if !items.is_empty() {
            self.send(peer, NetworkMessage::Inv(items));
        }
    }

    /// Takes down what a peer asks for.
    pub(super) fn take_question(&mut self, turn: &Turn<'_>, peer: PeerId, items: Vec<Inventory>) {
        let Some(session) = self.peers.get_mut(&peer) else {
            return;
        };
        let room = MAX_OWED.saturating_sub(session.owed.len());
        session.owed.extend(items.into_iter().take(room));
        self.pay(turn, peer);
    }

    /// Gives a peer what it asked for: as much as is worth sending before it has read that.
    pub(super) fn pay(&mut self, turn: &Turn<'_>, peer: PeerId) {
        let mut missing = Vec::new();
        let mut blocks = 0;
        for _ in 0..ITEMS_AT_ONCE {
            let Some(session) = self.peers.get_mut(&peer) else {
                return;
            };
            if !session.is_drained && blocks == 0 && is_block(session.owed.front()) {
                break;
            }
            let Some(item) = session.owed.pop_front() else {
                break;
            };
            if is_block(Some(&item)) {
                blocks += 1;
            }
            if !self.give(turn, peer, item) {
                missing.push(item);
            }
            if blocks >= BLOCKS_AT_ONCE {
                break;
            }
        }
        if !missing.is_empty() {
            self.send(peer, NetworkMessage::NotFound(missing));
        }
        self.pay_filters(turn, peer);
        if blocks > 0
            && let Some(session) = self.peers.get_mut(&peer)
        {
            session.is_drained = false;
        }
    }

    fn give(&mut self, turn: &Turn<'_>, peer: PeerId, item: Inventory) -> bool {
        match item {
            Inventory::Block(id) => self.give_block(turn, peer, &id, true),
            Inventory::WitnessBlock(id) => self.give_block(turn, peer, &id, false),
            Inventory::CompactBlock(id) => {
                let depth = self.depth(turn, &id);
                if depth.is_some_and(|depth| depth <= MAX_COMPACT_DEPTH) {
                    self.give_compact(turn, peer, &id)
                } else {
                    self.give_block(turn, peer, &id, false)
                }
            }
            Inventory::Transaction(txid) => {
                let found = turn.node.by_txid(&txid);
                self.give_transaction(peer, found, true)
            }
            Inventory::WitnessTransaction(txid) => {
                let found = turn.node.by_txid(&txid);
                self.give_transaction(peer, found, false)
            }
            Inventory::WTx(wtxid) => {
                let found = turn.node.by_wtxid(&wtxid);
                self.give_transaction(peer, found, false)
            }
            Inventory::Unknown { .. } | Inventory::Error => false,
        }
    }

    /// Returns how many blocks of the best chain stand on a block.
    pub(super) fn depth(&self, turn: &Turn<'_>, id: &BlockHash) -> Option<u32> {
        let point = turn.node.header(id)?;
        let tip = turn.node.tip().height.to_u32();
        Some(tip.saturating_sub(point.height.to_u32()))
    }

    fn give_block(
        &mut self,
        turn: &Turn<'_>,
        peer: PeerId,
        id: &BlockHash,
        is_stripped: bool,
    ) -> bool {
        let Some(sealed) = turn.node.block(id) else {
            return false;
        };
        let mut block = sealed.block.clone();
        if is_stripped {
            strip_witnesses(&mut block);
        }
        self.send(peer, NetworkMessage::Block(block));
        true
    }

    fn give_transaction(
        &mut self,
        peer: PeerId,
        found: Option<std::sync::Arc<bitcoin::Transaction>>,
        is_stripped: bool,
    ) -> bool {
        let Some(tx) = found else { return false };
        let mut tx = (*tx).clone();
        let wtxid = tx.compute_wtxid();
        self.own.note_asked(&wtxid);
        if let Some(session) = self.peers.get_mut(&peer) {
            session.learn_transaction(wtxid);
        }
        if is_stripped {
            tx.input.iter_mut().for_each(|input| input.witness.clear());
        }
        self.send(peer, NetworkMessage::Tx(tx));
        true
    }
}

const fn is_block(item: Option<&Inventory>) -> bool {
    matches!(
        item,
        Some(Inventory::Block(_) | Inventory::WitnessBlock(_) | Inventory::CompactBlock(_))
    )
}

/// Leaves the witnesses out, as whoever asks for `MSG_BLOCK` expects.
fn strip_witnesses(block: &mut block::Block) {
    for tx in &mut block.txdata {
        tx.input.iter_mut().for_each(|input| input.witness.clear());
    }
}
