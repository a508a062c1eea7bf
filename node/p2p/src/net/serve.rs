//! Answers: what peers ask of us, and no more of it at a time than they read.
use std::time::Duration;

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
/// Answers sent before the peer has read what it has, in bytes: after the one that goes beyond it, none.
const BYTES_AT_ONCE: usize = 2 << 20;
/// What a compact block counts as, in bytes.
const COMPACT_BYTES: usize = 64 << 10;
/// How often one peer is told of all that waits: it may be megabytes.
const MEMPOOL_EVERY: Duration = Duration::from_secs(60);
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
        let told = session.mempool_at;
        if !session.relays_transactions()
            || told.is_some_and(|then| turn.since(then) < MEMPOOL_EVERY)
        {
            return;
        }
        session.mempool_at = Some(turn.now.since_start);
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
        let mut sent = 0;
        for _ in 0..ITEMS_AT_ONCE {
            let Some(session) = self.peers.get_mut(&peer) else {
                return;
            };
            if !session.is_drained || sent >= BYTES_AT_ONCE {
                break;
            }
            let Some(item) = session.owed.pop_front() else {
                break;
            };
            match self.give(turn, peer, item) {
                Some(bytes) => sent += bytes,
                None => missing.push(item),
            }
        }
        if !missing.is_empty() {
            self.send(peer, NetworkMessage::NotFound(missing));
        }
        self.pay_filters(turn, peer);
        if sent > 0
            && let Some(session) = self.peers.get_mut(&peer)
        {
            session.is_drained = false;
        }
    }

    /// Sends what one item asks for; tells how many bytes that has, `None` if it is not here.
    fn give(&mut self, turn: &Turn<'_>, peer: PeerId, item: Inventory) -> Option<usize> {
        match item {
            Inventory::Block(id) => self.give_block(turn, peer, &id, true),
            Inventory::WitnessBlock(id) => self.give_block(turn, peer, &id, false),
            Inventory::CompactBlock(id) => {
                let depth = self.depth(turn, &id);
                if depth.is_some_and(|depth| depth <= MAX_COMPACT_DEPTH) {
                    let is_here = self.give_compact(turn, peer, &id);
                    is_here.then_some(COMPACT_BYTES)
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
            Inventory::Unknown { .. } | Inventory::Error => None,
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
    ) -> Option<usize> {
        let mut block = turn.node.block(id)?.block.clone();
        if is_stripped {
            strip_witnesses(&mut block);
        }
        let bytes = block.total_size();
        self.send(peer, NetworkMessage::Block(block));
        Some(bytes)
    }

    fn give_transaction(
        &mut self,
        peer: PeerId,
        found: Option<std::sync::Arc<bitcoin::Transaction>>,
        is_stripped: bool,
    ) -> Option<usize> {
        let mut tx = bitcoin::Transaction::clone(&*found?);
        let wtxid = tx.compute_wtxid();
        self.own.note_asked(&wtxid);
        if let Some(session) = self.peers.get_mut(&peer) {
            session.learn_transaction(wtxid);
        }
        if is_stripped {
            tx.input.iter_mut().for_each(|input| input.witness.clear());
        }
        let bytes = tx.total_size();
        self.send(peer, NetworkMessage::Tx(tx));
        Some(bytes)
    }
}

/// Leaves the witnesses out, as whoever asks for `MSG_BLOCK` expects.
fn strip_witnesses(block: &mut block::Block) {
    for tx in &mut block.txdata {
        tx.input.iter_mut().for_each(|input| input.witness.clear());
    }
}
