//! One peer, as the network sees it: the conversation, what the peer has, and what we owe it.
use std::collections::{BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use bitcoin::bip152::BlockTransactionsRequest;
use bitcoin::p2p::ServiceFlags;
use bitcoin::p2p::message_blockdata::Inventory;
use bitcoin::{BlockHash, Wtxid};
use moneta_chain::Height;

use super::fees::FeeTalk;
use super::filters::OwedFilters;
use super::{HeaderPoint, NodePort, Purpose};
use crate::{Features, Gossip, Peer, Presync};

/// Transactions that we remember a peer to know.
pub(super) const MAX_KNOWN: usize = 5_000;

/// One peer.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) address: SocketAddr,
    pub(super) purpose: Purpose,
    pub(super) connected_at: Duration,
    /// The conversation; `None` while the connection is being made.
    pub(super) peer: Option<Peer>,
    /// What was agreed on; `None` before the handshake is done.
    pub(super) features: Option<Features>,
    /// Its quickest answer to a ping.
    pub(super) round_trip: Option<Duration>,
    pub(super) wants: Wants,
    pub(super) headers: HeaderTalk,
    /// The best header that we know it has.
    pub(super) best: Option<HeaderPoint>,
    /// The last header that we told it of.
    pub(super) told: Option<BlockHash>,
    /// How often it let us wait for a block that others had.
    pub(super) stalls: u32,
    /// Until when it is asked for no blocks if others can be.
    pub(super) snubbed_until: Duration,
    /// When it last gave us a block that was new.
    pub(super) last_block: Option<Duration>,
    /// When it last gave us a transaction that was new.
    pub(super) last_transaction: Option<Duration>,
    /// What it asked for and has not got.
    pub(super) owed: VecDeque<Inventory>,
    /// The parts of blocks that it asked for and has not got.
    pub(super) owed_parts: VecDeque<BlockTransactionsRequest>,
    /// When it was last told of all that waits (`mempool`).
    pub(super) mempool_at: Option<Duration>,
    /// The filters that it asked for and has not got.
    pub(super) owed_filters: VecDeque<OwedFilters>,
    /// Whether all that we said is on its way: else nothing large is added.
    pub(super) is_drained: bool,
    /// Transactions to announce, and those it knows.
    pub(super) to_tell: VecDeque<Wtxid>,
    pub(super) next_telling: Duration,
    /// What it was told of the least fee.
    pub(super) fees: FeeTalk,
    known: Known,
    /// It asked for addresses and got them.
    pub(super) got_addresses: bool,
    /// What it knows of addresses, and is to be told.
    pub(super) gossip: Gossip,
    /// When it is told next where we are.
    pub(super) next_own_address: Duration,
    /// Somebody at its address did what no honest peer does, not long ago.
    pub(super) is_suspect: bool,
}

/// How a peer wants to hear of things.
#[derive(Debug, Default)]
pub(super) struct Wants {
    /// Blocks by their headers (BIP130).
    pub(super) headers: bool,
    /// It understands compact blocks (BIP152).
    pub(super) compact: bool,
    /// It wants blocks as compact blocks, unasked.
    pub(super) compact_unasked: bool,
    /// Nothing that pays less than this, in grains per 1,000 virtual bytes (BIP133).
    pub(super) least_fee: u64,
}

/// Where the talk about headers stands.
#[derive(Debug, Default)]
pub(super) struct HeaderTalk {
    /// We asked for headers and wait, since then.
    pub(super) asked_at: Option<Duration>,
    /// When it told us all that it had.
    pub(super) complete_at: Option<Duration>,
    /// The chain of little work that it is telling us of.
    pub(super) presync: Option<Box<Presync>>,
    /// When we last asked where an unknown header belongs.
    pub(super) last_question: Option<Duration>,
    /// It told of something unknown when it was too soon to ask.
    pub(super) is_question_left: bool,
}

impl Session {
    pub(super) fn new(address: SocketAddr, purpose: Purpose, now: Duration) -> Self {
        Self {
            address,
            purpose,
            connected_at: now,
            peer: None,
            features: None,
            round_trip: None,
            wants: Wants::default(),
            headers: HeaderTalk::default(),
            best: None,
            told: None,
            stalls: 0,
            snubbed_until: Duration::ZERO,
            last_block: None,
            last_transaction: None,
            owed: VecDeque::new(),
            owed_parts: VecDeque::new(),
            mempool_at: None,
            owed_filters: VecDeque::new(),
            is_drained: true,
            to_tell: VecDeque::new(),
            next_telling: now,
            fees: FeeTalk::default(),
            known: Known::default(),
            got_addresses: false,
            gossip: Gossip::default(),
            next_own_address: Duration::MAX,
            is_suspect: false,
        }
    }

    /// Tells whether it speaks of headers with their seals: such peers can give us blocks.
    pub(super) fn has_seals(&self) -> bool {
        self.features
            .as_ref()
            .is_some_and(|features| features.has_seals)
    }

    /// Tells whether it may be asked for headers now.
    pub(super) fn may_be_asked_for_headers(&self) -> bool {
        let talk = &self.headers;
        self.has_seals() && talk.complete_at.is_none() && talk.asked_at.is_none()
    }

    /// Tells whether it keeps old blocks.
    pub(super) fn has_history(&self) -> bool {
        self.features
            .as_ref()
            .is_some_and(|features| features.version.services.has(ServiceFlags::NETWORK))
    }

    /// Tells whether transactions are spoken of.
    pub(super) fn relays_transactions(&self) -> bool {
        self.purpose.relays_transactions()
            && self
                .features
                .as_ref()
                .is_some_and(|features| features.version.relay)
    }

    /// Tells whether it names transactions with their witnesses.
    pub(super) fn has_wtxid_relay(&self) -> bool {
        self.features
            .as_ref()
            .is_some_and(|features| features.has_wtxid_relay)
    }

    /// Tells whether blocks can be had from it, with the seals that prove them.
    pub(super) fn can_give_blocks(&self) -> bool {
        self.has_seals() && self.has_history()
    }

    /// Tells whether it waits for an answer.
    pub(super) fn is_creditor(&self) -> bool {
        !self.owed.is_empty() || !self.owed_parts.is_empty() || !self.owed_filters.is_empty()
    }

    /// Notes that the peer has a header.
    pub(super) fn learn(&mut self, point: HeaderPoint) {
        if self.best.is_none_or(|best| best.work <= point.work) {
            self.best = Some(point);
        }
    }

    /// Returns up to which height of our best header's chain it has all blocks.
    pub(super) fn common_height(&self, node: &dyn NodePort) -> Option<Height> {
        let best = self.best.as_ref()?;
        if node.id_on_best(best.height) == Some(best.id) {
            return Some(best.height);
        }
        node.common_height(&best.id)
    }

    /// Tells whether there is no need to tell it of a block.
    pub(super) fn knows_block(&self, id: &BlockHash, height: Height, node: &dyn NodePort) -> bool {
        let is_on_best = || node.id_on_best(height) == Some(*id);
        let below = |known: &BlockHash| {
            let Some(known) = node.header(known) else {
                return false;
            };
            known.id == *id
                || (known.height >= height
                    && node.id_on_best(known.height) == Some(known.id)
                    && is_on_best())
        };
        self.best.as_ref().is_some_and(|best| below(&best.id))
            || self.told.as_ref().is_some_and(below)
    }

    /// Remembers that it knows a transaction; tells whether that is new.
    pub(super) fn learn_transaction(&mut self, wtxid: Wtxid) -> bool {
        self.known.insert(wtxid)
    }

    pub(super) fn knows_transaction(&self, wtxid: &Wtxid) -> bool {
        self.known.set.contains(wtxid)
    }
}

/// The last transactions that a peer named or was told of.
#[derive(Debug, Default)]
struct Known {
    set: BTreeSet<Wtxid>,
    order: VecDeque<Wtxid>,
}

impl Known {
    fn insert(&mut self, wtxid: Wtxid) -> bool {
        if !self.set.insert(wtxid) {
            return false;
        }
        self.order.push_back(wtxid);
        if self.order.len() > MAX_KNOWN
            && let Some(oldest) = self.order.pop_front()
        {
            self.set.remove(&oldest);
        }
        true
    }
}
