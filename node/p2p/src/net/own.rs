//! Transactions that came to this node first: peers are told until one of them has asked.
//!
//! Whoever submitted a transaction here counts on it being spread, also if nobody was connected at that moment.
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bitcoin::Wtxid;
use bitcoin::p2p::message::NetworkMessage;

use super::session::Session;
use super::turn::Turn;
use super::{Network, PeerId, Purpose, TransactionNotice};

/// How many are watched over.
pub(super) const MAX_OWN: usize = 5_000;
/// How often those that nobody asked for are looked through.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// Peers that are asked for all that waits with them, after a start.
const ASKED_FOR_ALL: usize = 2;

/// Transactions that came to this node first.
#[derive(Debug, Default)]
pub(super) struct Own {
    unheard: BTreeMap<Wtxid, TransactionNotice>,
    /// What peers sent, until the pool tells of it as well.
    sent_by_peers: BTreeSet<Wtxid>,
    next_look: Duration,
    asked_for_all: BTreeSet<PeerId>,
}

impl Own {
    /// Notes what a peer sent: it is spread already.
    pub(super) fn note_sent(&mut self, notices: &[TransactionNotice]) {
        self.sent_by_peers
            .extend(notices.iter().map(|notice| notice.wtxid));
    }

    /// Notes that a peer has asked for a transaction.
    pub(super) fn note_asked(&mut self, wtxid: &Wtxid) {
        self.unheard.remove(wtxid);
    }
}

impl Network {
    /// Tells of what came into the pool by other hands than the network's.
    pub(super) fn follow_pool(&mut self, turn: &Turn<'_>) {
        let mut arrivals = turn.node.arrivals();
        arrivals.retain(|notice| !self.own.sent_by_peers.remove(&notice.wtxid));
        // The pool tells of everything once: what is left was told of before this node looked.
        self.own.sent_by_peers.clear();
        for notice in &arrivals {
            if self.own.unheard.len() < MAX_OWN {
                self.own.unheard.insert(notice.wtxid, *notice);
            }
        }
        self.spread(&arrivals);
    }

    /// Tells a peer that is new of what nobody has asked for.
    pub(super) fn tell_own(&mut self, peer: PeerId) {
        let Some(session) = self.peers.get_mut(&peer) else {
            return;
        };
        if session.relays_transactions() {
            session.to_tell.extend(self.own.unheard.keys());
        }
    }

    /// Forgets what has left the pool, and asks for what is in others'.
    pub(super) fn tick_own(&mut self, turn: &Turn<'_>) {
        self.catch_up_with_pool(turn);
        let now = turn.now.since_start;
        if now >= self.own.next_look {
            self.own.next_look = now + LOOK_EVERY;
            self.own
                .unheard
                .retain(|wtxid, _| turn.node.by_wtxid(wtxid).is_some());
        }
    }

    /// Asks the first peers that we chose for all that waits with them (BIP35): what was spread while we were away.
    fn catch_up_with_pool(&mut self, turn: &Turn<'_>) {
        if self.own.asked_for_all.len() >= ASKED_FOR_ALL || self.is_syncing(turn) {
            return;
        }
        let is_chosen = |session: &Session| {
            session.relays_transactions()
                && session.headers.complete_at.is_some()
                && matches!(session.purpose, Purpose::Full | Purpose::Manual)
        };
        let chosen = self
            .peers
            .iter()
            .find(|(peer, session)| is_chosen(session) && !self.own.asked_for_all.contains(peer))
            .map(|(peer, _)| *peer);
        if let Some(peer) = chosen {
            self.own.asked_for_all.insert(peer);
            self.send(peer, NetworkMessage::MemPool);
        }
    }
}
