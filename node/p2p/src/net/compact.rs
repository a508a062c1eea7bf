//! Compact blocks at the tip (BIP152): who sends them unasked, and those that are being put together.
use std::collections::VecDeque;

use bitcoin::BlockHash;
use bitcoin::bip152::BlockTransactions;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_compact_blocks::{BlockTxn, CmpctBlock, GetBlockTxn, SendCmpct};

use super::blocks::Wrapping;
use super::turn::Turn;
use super::{Goodbye, HeaderPoint, Network, PeerId};
use crate::compact::{Reconstruction, compact_block, parts_of};

/// The version with witnesses.
const VERSION: u64 = 2;
/// Peers that send us compact blocks unasked.
const MAX_UNASKED: usize = 3;
/// Peers that one block is put together from at a time.
const MAX_PARALLEL: usize = 3;
/// How far above the tip a block may stand to be put together: further up, it comes whole in its turn.
const MAX_AHEAD: u32 = 2;
/// How deep a block may lie to be sent as a compact block, and single transactions of it.
pub(super) const MAX_COMPACT_DEPTH: u32 = 5;
const MAX_PARTS_DEPTH: u32 = 10;

/// Compact blocks in the making.
#[derive(Debug, Default)]
pub(super) struct CompactBlocks {
    pending: Vec<Pending>,
    /// The peers that send them unasked, the one that was last of use at the back.
    unasked: VecDeque<PeerId>,
    /// The one we sent last: many peers get the same.
    last_sent: Option<(BlockHash, CmpctBlock)>,
}

/// A block that lacks transactions.
#[derive(Debug)]
struct Pending {
    peer: PeerId,
    block: Reconstruction,
}

impl CompactBlocks {
    /// Forgets a block: it is here.
    pub(super) fn end(&mut self, id: &BlockHash) {
        self.pending.retain(|pending| pending.block.id() != *id);
    }

    /// Forgets what a peer was to send.
    pub(super) fn forget(&mut self, peer: PeerId) {
        self.pending.retain(|pending| pending.peer != peer);
        self.unasked.retain(|other| *other != peer);
    }

    /// Tells whether a peer sends blocks at the tip unasked.
    pub(super) fn is_promised_by(&self, peer: PeerId) -> bool {
        self.unasked.contains(&peer)
    }

    /// Tells whether a block is being put together from this peer, or from as many others as may be.
    fn is_taken(&self, id: &BlockHash, peer: PeerId) -> bool {
        let with = |pending: &&Pending| pending.block.id() == *id;
        self.pending.iter().filter(with).count() >= MAX_PARALLEL
            || self
                .pending
                .iter()
                .filter(with)
                .any(|pending| pending.peer == peer)
    }
}

impl Network {
    /// Asks a peer that was first with a block to send the next ones unasked.
    pub(super) fn prefer(&mut self, peer: PeerId) {
        let understands = self
            .peers
            .get(&peer)
            .is_some_and(|session| session.wants.compact && session.has_seals());
        if !understands {
            return;
        }
        let unasked = &mut self.compact.unasked;
        if let Some(at) = unasked.iter().position(|other| *other == peer) {
            unasked.remove(at);
            unasked.push_back(peer);
            return;
        }
        unasked.push_back(peer);
        let oldest = (unasked.len() > MAX_UNASKED).then(|| unasked.pop_front());
        if let Some(oldest) = oldest.flatten() {
            self.send(oldest, send_compact(false));
        }
        self.send(peer, send_compact(true));
    }

    /// Takes a compact block.
    pub(super) fn take_compact(&mut self, turn: &Turn<'_>, peer: PeerId, message: CmpctBlock) {
        let id = message.compact_block.header.block_hash();
        let Some(point) = turn.node.header(&id) else {
            // Whoever passes a block on before it judged it in full is not to blame for it (BIP152).
            if !turn.node.is_condemned(&id) {
                self.ask_where_it_belongs(turn, peer);
            }
            return;
        };
        self.learn(peer, point);
        if point.has_body || !is_near_tip(turn, &point) || self.compact.is_taken(&id, peer) {
            return self.fetch_blocks(turn);
        }
        match Reconstruction::begin(message.compact_block, |look| {
            turn.node.each_waiting(look);
        }) {
            Ok(block) => self.complete_or_ask(turn, peer, block),
            Err(error) if error.is_offence() => {
                let code = error.code();
                self.hang_up(turn, peer, Goodbye::BadCompactBlock { code });
            }
            Err(_) => self.ask_for_whole(turn, peer, id),
        }
    }

    fn complete_or_ask(&mut self, turn: &Turn<'_>, peer: PeerId, block: Reconstruction) {
        let Some(question) = block.question() else {
            return self.complete(turn, peer, block, Vec::new());
        };
        self.downloads.begin(block.id(), peer, turn.now.since_start);
        self.compact.pending.push(Pending { peer, block });
        let question = GetBlockTxn {
            txs_request: question,
        };
        self.send(peer, NetworkMessage::GetBlockTxn(question));
    }

    fn complete(
        &mut self,
        turn: &Turn<'_>,
        peer: PeerId,
        block: Reconstruction,
        parts: Vec<bitcoin::Transaction>,
    ) {
        match block.complete(parts) {
            Ok(block) => self.take_block(turn, peer, block, Wrapping::Compact),
            Err(error) => {
                let code = error.code();
                self.hang_up(turn, peer, Goodbye::BadCompactBlock { code });
            }
        }
    }

    /// Takes transactions that lacked.
    pub(super) fn take_parts(&mut self, turn: &Turn<'_>, peer: PeerId, message: BlockTxn) {
        let BlockTransactions {
            block_hash,
            transactions,
        } = message.transactions;
        let mut pending = self.compact.pending.iter();
        let asked =
            pending.position(|pending| pending.peer == peer && pending.block.id() == block_hash);
        // What was not asked for, or came by another way meanwhile, is left aside.
        if let Some(at) = asked {
            let Pending { block, .. } = self.compact.pending.swap_remove(at);
            self.complete(turn, peer, block, transactions);
        }
    }

    /// Answers `getblocktxn`.
    pub(super) fn give_parts(&mut self, turn: &Turn<'_>, peer: PeerId, question: &GetBlockTxn) {
        let question = &question.txs_request;
        let Some(depth) = self.depth(turn, &question.block_hash) else {
            return;
        };
        if depth > MAX_PARTS_DEPTH {
            // Reading old blocks from the disk for a few transactions each is what an attacker would ask for.
            let whole =
                bitcoin::p2p::message_blockdata::Inventory::WitnessBlock(question.block_hash);
            return self.take_question(turn, peer, vec![whole]);
        }
        let Some(block) = turn.node.block(&question.block_hash) else {
            return;
        };
        match parts_of(&block.block, &question.indexes) {
            Ok(transactions) => {
                let transactions = BlockTransactions {
                    block_hash: question.block_hash,
                    transactions,
                };
                self.send(peer, NetworkMessage::BlockTxn(BlockTxn { transactions }));
            }
            Err(error) => {
                let code = error.code();
                self.hang_up(turn, peer, Goodbye::BadRequest { code });
            }
        }
    }

    /// Sends a compact block; tells whether the block is here.
    pub(super) fn give_compact(&mut self, turn: &Turn<'_>, peer: PeerId, id: &BlockHash) -> bool {
        if let Some((last, message)) = &self.compact.last_sent
            && last == id
        {
            let message = NetworkMessage::CmpctBlock(message.clone());
            self.send(peer, message);
            return true;
        }
        let Some(sealed) = turn.node.block(id) else {
            return false;
        };
        let Ok(compact_block) = compact_block(&sealed.block, self.dice.throw()) else {
            return false;
        };
        let message = CmpctBlock { compact_block };
        self.compact.last_sent = Some((*id, message.clone()));
        self.send(peer, NetworkMessage::CmpctBlock(message));
        true
    }
}

fn is_near_tip(turn: &Turn<'_>, point: &HeaderPoint) -> bool {
    let tip = turn.node.tip().height.to_u32();
    point.height.to_u32() <= tip.saturating_add(MAX_AHEAD)
}

const fn send_compact(unasked: bool) -> NetworkMessage {
    NetworkMessage::SendCmpct(SendCmpct {
        send_compact: unasked,
        version: VERSION,
    })
}
