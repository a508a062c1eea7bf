//! Answers: what peers ask of us, and no more of it at a time than they read.
use std::time::Duration;

use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::{GetBlocksMessage, GetHeadersMessage, Inventory};
use bitcoin::{BlockHash, block};

use super::compact::MAX_COMPACT_DEPTH;
use super::turn::Turn;
use super::{Goodbye, Network, PeerId};
use crate::MAX_HEADERS;

/// Block ids in one answer to `getblocks`, as in Bitcoin Core.
const MAX_BLOCK_IDS: usize = 500;
/// Headers in one answer to `getheaders`.
const HEADERS_AT_ONCE: usize = MAX_HEADERS as usize;
/// Transactions named in answer to `mempool`.
const MAX_MEMPOOL: usize = 50_000;
/// Answers sent in one turn, in bytes: after the one that goes beyond it, none.
const BYTES_AT_ONCE: usize = 1 << 20;
/// Blocks read in one turn: each may lie on the disk, however small it is.
const BLOCKS_AT_ONCE: usize = 16;
/// How often one peer is told of all that waits: it may be megabytes.
const MEMPOOL_EVERY: Duration = Duration::from_secs(60);
/// Most items of a peer that wait for an answer: two of the longest questions.
pub(super) const MAX_OWED: usize = 100_000;
/// While those of all peers are more than this, nobody has more than a share.
pub(super) const ALL_OWED: usize = 200_000;
/// That share: who asks as Bitcoin Core does, for 1,000 at a time, keeps within it.
pub(super) const SHARE_OWED: usize = 1_600;
/// Items looked at in one turn.
const ITEMS_AT_ONCE: usize = 1_000;

/// What one turn may cost, before others have theirs.
#[derive(Debug, Default)]
pub(super) struct Cost {
    items: usize,
    blocks: usize,
    bytes: usize,
}

impl Cost {
    /// Counts a block that was read for an answer of so many bytes.
    pub(super) const fn add_block(&mut self, bytes: usize) {
        self.blocks += 1;
        self.bytes += bytes;
    }

    /// Tells whether the turn is over.
    pub(super) const fn is_all(&self) -> bool {
        self.items >= ITEMS_AT_ONCE || self.blocks >= BLOCKS_AT_ONCE || self.bytes >= BYTES_AT_ONCE
    }
}

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
        let all: usize = self.peers.values().map(|other| other.owed.len()).sum();
        let Some(session) = self.peers.get_mut(&peer) else {
            return;
        };
        let own = session.owed.len() + items.len();
        let is_too_much = all + items.len() > ALL_OWED && own > SHARE_OWED;
        if own > MAX_OWED || is_too_much {
            return self.hang_up(turn, peer, Goodbye::Greedy { what: "items" });
        }
        session.owed.extend(items);
        self.owe(peer);
    }

    /// Gives a peer what it asked for: as much as is worth sending before it has read that, and others have their turn.
    pub(super) fn pay(&mut self, turn: &Turn<'_>, peer: PeerId) {
        let is_drained = self
            .peers
            .get(&peer)
            .is_some_and(|session| session.is_drained);
        if !is_drained {
            return;
        }
        let mut cost = Cost::default();
        self.pay_parts(turn, peer, &mut cost);
        self.pay_items(turn, peer, &mut cost);
        self.pay_filters(turn, peer, &mut cost);
        if cost.bytes > 0
            && let Some(session) = self.peers.get_mut(&peer)
        {
            session.is_drained = false;
        }
    }

    fn pay_items(&mut self, turn: &Turn<'_>, peer: PeerId, cost: &mut Cost) {
        let mut missing = Vec::new();
        while !cost.is_all()
            && let Some(session) = self.peers.get_mut(&peer)
            && let Some(item) = session.owed.pop_front()
        {
            cost.items += 1;
            if self.give(turn, peer, item, cost).is_none() {
                missing.push(item);
            }
        }
        if !missing.is_empty() {
            self.send(peer, NetworkMessage::NotFound(missing));
        }
    }

    /// Sends what one item asks for, and counts what that costs; `None` if it is not here.
    fn give(
        &mut self,
        turn: &Turn<'_>,
        peer: PeerId,
        item: Inventory,
        cost: &mut Cost,
    ) -> Option<()> {
        let found = match item {
            Inventory::Block(id) => return self.give_block(turn, peer, &id, true, cost),
            Inventory::WitnessBlock(id) => return self.give_block(turn, peer, &id, false, cost),
            Inventory::CompactBlock(id) => {
                let depth = self.depth(turn, &id);
                if depth.is_none_or(|depth| depth > MAX_COMPACT_DEPTH) {
                    return self.give_block(turn, peer, &id, false, cost);
                }
                cost.add_block(self.give_compact(turn, peer, &id)?);
                return Some(());
            }
            Inventory::Transaction(txid) | Inventory::WitnessTransaction(txid) => {
                turn.node.by_txid(&txid)
            }
            Inventory::WTx(wtxid) => turn.node.by_wtxid(&wtxid),
            Inventory::Unknown { .. } | Inventory::Error => None,
        };
        let is_stripped = matches!(item, Inventory::Transaction(_));
        cost.bytes += self.give_transaction(peer, found, is_stripped)?;
        Some(())
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
        cost: &mut Cost,
    ) -> Option<()> {
        let mut block = turn.node.block(id)?.block.clone();
        if is_stripped {
            strip_witnesses(&mut block);
        }
        cost.add_block(block.total_size());
        self.send(peer, NetworkMessage::Block(block));
        Some(())
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
