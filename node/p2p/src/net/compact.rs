//! Compact blocks at the tip (BIP152): who sends them unasked, and those that are being put together.
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bitcoin::BlockHash;
use bitcoin::bip152::{BlockTransactions, BlockTransactionsRequest};
use bitcoin::consensus::encode::serialize;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::Inventory;
use bitcoin::p2p::message_compact_blocks::{BlockTxn, CmpctBlock, GetBlockTxn, SendCmpct};

use super::blocks::Wrapping;
use super::serve::Cost;
use super::turn::Turn;
use super::{Goodbye, HeaderPoint, Network, NodePort, PeerId};
use crate::compact::{MAX_TRANSACTIONS, Reconstruction, compact_block, parts_of};

/// The version with witnesses.
const VERSION: u64 = 2;
/// Peers that send us compact blocks unasked.
const MAX_UNASKED: usize = 3;
/// Peers that one block is put together from at a time.
const MAX_PARALLEL: usize = 3;
/// Blocks that are put together at a time, counted once for each peer.
pub(super) const MAX_PENDING: usize = 16;
/// Transactions that may come with a compact block, in bytes: with more it is as well to ask for the whole block.
pub(super) const MAX_PREFILLED: usize = 256 << 10;
/// How far above the tip a block may stand to be put together: further up, it comes whole in its turn.
const MAX_AHEAD: u32 = 2;
/// How deep a block may lie to be sent as a compact block, and single transactions of it.
pub(super) const MAX_COMPACT_DEPTH: u32 = 5;
const MAX_PARTS_DEPTH: u32 = 10;
/// Compact blocks that are kept for whoever wants them next: as many as lie deep enough.
pub(super) const MAX_MADE: usize = 6;
/// Transactions of blocks that one peer asked for and that wait: all of two blocks.
pub(super) const MAX_OWED_PARTS: usize = 2 * (MAX_TRANSACTIONS + 1);
/// Questions for such.
const MAX_PARTS_QUESTIONS: usize = 16;

/// Compact blocks in the making.
#[derive(Debug, Default)]
pub(super) struct CompactBlocks {
    pending: Vec<Pending>,
    /// By block, whose compact form of it was of no use: each was asked for the whole block, once.
    failed: BTreeMap<BlockHash, BTreeSet<PeerId>>,
    /// The peers that send them unasked, the one that was last of use at the back.
    unasked: VecDeque<PeerId>,
    /// Those we made last: many peers get the same.
    made: VecDeque<(BlockHash, CmpctBlock)>,
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
        self.failed.remove(id);
    }

    /// Forgets blocks that are here, or never will be.
    pub(super) fn tidy(&mut self, node: &dyn NodePort) {
        let lacks = |id: &BlockHash| node.header(id).is_some_and(|point| !point.has_body);
        self.pending.retain(|pending| lacks(&pending.block.id()));
        self.failed.retain(|id, _| lacks(id));
    }

    /// Forgets what a peer was to send.
    pub(super) fn forget(&mut self, peer: PeerId) {
        self.pending.retain(|pending| pending.peer != peer);
        self.failed.retain(|_, peers| {
            peers.remove(&peer);
            !peers.is_empty()
        });
        self.unasked.retain(|other| *other != peer);
    }

    /// Tells whether a peer sends blocks at the tip unasked.
    pub(super) fn is_promised_by(&self, peer: PeerId) -> bool {
        self.unasked.contains(&peer)
    }

    /// Returns from whom a block is being put together.
    fn sources<'a>(&'a self, id: &'a BlockHash) -> impl Iterator<Item = PeerId> + 'a {
        let with = self.pending.iter();
        with.filter(|pending| pending.block.id() == *id)
            .map(|pending| pending.peer)
    }

    fn has_failed(&self, id: &BlockHash, peer: PeerId) -> bool {
        let failed = self.failed.get(id);
        failed.is_some_and(|peers| peers.contains(&peer))
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
        if self.compact.unasked.len() > MAX_UNASKED
            && let Some(other) = self.least_useful()
        {
            self.compact.unasked.retain(|unasked| *unasked != other);
            self.send(other, send_compact(false));
        }
        self.send(peer, send_compact(true));
    }

    /// Returns who is to send blocks unasked no longer: the one that was of use longest ago. The last one that we chose
    /// stays: else those who came to us could agree on what we hear of first.
    fn least_useful(&self) -> Option<PeerId> {
        let unasked = || self.compact.unasked.iter().copied();
        let is_chosen = |peer: &PeerId| !self.is_inbound(*peer);
        let is_last = unasked().filter(is_chosen).count() == 1;
        unasked().find(|peer| !(is_last && is_chosen(peer)))
    }

    /// Tells whether a block is not to be put together from this peer: it is already, from this one or as many others
    /// as may be, or what the peer sent was of no use. One place is kept for somebody we chose.
    fn is_taken(&self, id: &BlockHash, peer: PeerId) -> bool {
        if self.compact.has_failed(id, peer) || self.compact.sources(id).any(|other| other == peer)
        {
            return true;
        }
        if self.compact.pending.len() >= MAX_PENDING {
            return true;
        }
        let keeps_place =
            self.is_inbound(peer) && self.compact.sources(id).all(|other| self.is_inbound(other));
        let places = MAX_PARALLEL - usize::from(keeps_place);
        self.compact.sources(id).count() >= places
    }

    /// Asks for the whole block whose compact form was of no use, as short ids may collide by chance: once.
    pub(super) fn fall_back(&mut self, turn: &Turn<'_>, peer: PeerId, id: BlockHash) {
        let failed = self.compact.failed.entry(id).or_default();
        if failed.insert(peer) {
            self.ask_for_whole(turn, peer, id);
        }
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
        if point.has_body || !is_near_tip(turn, &point) || self.is_taken(&id, peer) {
            return self.fetch_blocks(turn);
        }
        if prefilled(&message) > MAX_PREFILLED {
            return self.fall_back(turn, peer, id);
        }
        match Reconstruction::begin(message.compact_block, |look| {
            turn.node.each_waiting(look);
        }) {
            Ok(block) => self.complete_or_ask(turn, peer, block),
            Err(error) if error.is_offence() => {
                let code = error.code();
                self.hang_up(turn, peer, Goodbye::BadCompactBlock { code });
            }
            Err(_) => self.fall_back(turn, peer, id),
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

    /// Takes down what a peer asks for with `getblocktxn`.
    pub(super) fn take_parts_question(
        &mut self,
        turn: &Turn<'_>,
        peer: PeerId,
        question: GetBlockTxn,
    ) {
        let question = question.txs_request;
        let Some(depth) = self.depth(turn, &question.block_hash) else {
            return;
        };
        if depth > MAX_PARTS_DEPTH {
            // Reading old blocks from the disk for a few transactions each is what an attacker would ask for.
            let whole = Inventory::WitnessBlock(question.block_hash);
            return self.take_question(turn, peer, vec![whole]);
        }
        let Some(session) = self.peers.get_mut(&peer) else {
            return;
        };
        let owed = session.owed_parts.iter().map(|owed| owed.indexes.len());
        let is_too_much = owed.sum::<usize>() + question.indexes.len() > MAX_OWED_PARTS;
        if is_too_much || session.owed_parts.len() >= MAX_PARTS_QUESTIONS {
            let what = "transactions of blocks";
            return self.hang_up(turn, peer, Goodbye::Greedy { what });
        }
        session.owed_parts.push_back(question);
        self.owe(peer);
    }

    /// Answers `getblocktxn`.
    pub(super) fn pay_parts(&mut self, turn: &Turn<'_>, peer: PeerId, cost: &mut Cost) {
        while !cost.is_all()
            && let Some(session) = self.peers.get_mut(&peer)
            && let Some(question) = session.owed_parts.pop_front()
        {
            let BlockTransactionsRequest {
                block_hash,
                indexes,
            } = question;
            let Some(block) = turn.node.block(&block_hash) else {
                continue;
            };
            match parts_of(&block.block, &indexes) {
                Ok(transactions) => {
                    let bytes = transactions.iter().map(bitcoin::Transaction::total_size);
                    cost.add_block(bytes.sum::<usize>().max(1));
                    let transactions = BlockTransactions {
                        block_hash,
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
    }

    /// Sends a compact block; tells how many bytes that has, `None` if the block is not here.
    pub(super) fn give_compact(
        &mut self,
        turn: &Turn<'_>,
        peer: PeerId,
        id: &BlockHash,
    ) -> Option<usize> {
        let made = self.compact.made.iter().find(|(made, _)| made == id);
        let message = match made {
            Some((_, message)) => message.clone(),
            None => {
                let sealed = turn.node.block(id)?;
                let compact_block = compact_block(&sealed.block, self.dice.throw()).ok()?;
                let message = CmpctBlock { compact_block };
                if prefilled(&message) <= MAX_PREFILLED {
                    self.compact.made.push_front((*id, message.clone()));
                    self.compact.made.truncate(MAX_MADE);
                }
                message
            }
        };
        let bytes = serialize(&message).len();
        self.send(peer, NetworkMessage::CmpctBlock(message));
        Some(bytes)
    }
}

/// Returns the bytes of the transactions that come with a compact block.
fn prefilled(message: &CmpctBlock) -> usize {
    let prefilled = message.compact_block.prefilled_txs.iter();
    prefilled.map(|one| one.tx.total_size()).sum()
}

/// Tells whether a block could be the next best one, or the one after that.
fn is_near_tip(turn: &Turn<'_>, point: &HeaderPoint) -> bool {
    let tip = turn.node.tip();
    point.work > tip.work && point.height.to_u32() <= tip.height.to_u32().saturating_add(MAX_AHEAD)
}

const fn send_compact(unasked: bool) -> NetworkMessage {
    NetworkMessage::SendCmpct(SendCmpct {
        send_compact: unasked,
        version: VERSION,
    })
}
