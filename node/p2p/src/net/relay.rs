//! Transactions: whom to ask for what others announce, and whom to tell of what we have.
use std::time::Duration;

use bitcoin::Transaction;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::Inventory;

use super::turn::Turn;
use super::wanted::Name;
use super::{Network, Output, PeerId, TransactionNotice, TransactionVerdict};

/// How long peers that came to us wait for those we chose: so nobody can hold up a transaction by being first.
const INBOUND_DELAY: Duration = Duration::from_secs(2);
/// How long transactions are gathered before a peer is told, on average: whom we chose, and who came to us.
const TELL_CHOSEN: Duration = Duration::from_millis(500);
const TELL_INBOUND: Duration = Duration::from_secs(1);
/// Transactions that a peer is told of at a time.
const MAX_TOLD: usize = 1_000;
/// Transactions that wait to be told to one peer.
pub(super) const MAX_TO_TELL: usize = 10_000;
/// Refused transactions that are remembered until the next block.
pub(super) const MAX_REFUSED: usize = 50_000;

impl Network {
    /// Takes the names of transactions that a peer has.
    pub(super) fn take_announcements(
        &mut self,
        turn: &Turn<'_>,
        peer: PeerId,
        items: &[Inventory],
    ) {
        let Some(session) = self.peers.get_mut(&peer) else {
            return;
        };
        if !session.purpose.relays_transactions() {
            return;
        }
        let delay = match session.purpose {
            super::Purpose::Inbound => INBOUND_DELAY,
            _ => Duration::ZERO,
        };
        let by_wtxid = session.has_wtxid_relay();
        let mut names = Vec::new();
        for name in items.iter().filter_map(Name::of) {
            match name {
                // BIP339: a peer that speaks of wtxids speaks of nothing else.
                Name::Txid(_) if by_wtxid => {}
                Name::Txid(txid) if turn.node.has_txid(&txid) => {}
                Name::Wtxid(wtxid) => {
                    session.learn_transaction(wtxid);
                    if !turn.node.has_wtxid(&wtxid) && !self.refused.contains(&wtxid) {
                        names.push(name);
                    }
                }
                Name::Txid(_) => names.push(name),
            }
        }
        // While blocks lack nothing can be said of new transactions.
        if names.is_empty() || self.is_syncing(turn) {
            return;
        }
        for name in names {
            self.wanted
                .announce(name, peer, turn.now.since_start + delay);
        }
        self.ask_for_transactions(turn, peer);
    }

    /// Asks a peer for what it may be asked for now.
    fn ask_for_transactions(&mut self, turn: &Turn<'_>, peer: PeerId) {
        let questions = self.wanted.questions_to(peer, turn.now.since_start);
        if !questions.is_empty() {
            self.send(peer, NetworkMessage::GetData(questions));
        }
    }

    /// Asks others for what did not come, and tells of what came.
    pub(super) fn tick_transactions(&mut self, turn: &Turn<'_>) {
        self.wanted.expire(turn.now.since_start);
        let peers: Vec<PeerId> = self.peers.keys().copied().collect();
        for peer in peers {
            self.ask_for_transactions(turn, peer);
        }
        self.tell_transactions(turn);
    }

    /// Takes a transaction.
    pub(super) fn take_transaction(&mut self, turn: &Turn<'_>, peer: PeerId, tx: Transaction) {
        let (txid, wtxid) = (tx.compute_txid(), tx.compute_wtxid());
        // What came under a txid may be another transaction than was meant, by its witnesses: others may have that one.
        self.wanted.settle(&Name::Wtxid(wtxid));
        self.wanted
            .retract(&Name::Txid(txid), peer, turn.now.since_start);
        let Some(session) = self.peers.get_mut(&peer) else {
            return;
        };
        // Who sends one knows it: a transaction that is pushed counts as announced.
        session.learn_transaction(wtxid);
        if !session.purpose.relays_transactions()
            || self.refused.contains(&wtxid)
            || self.is_syncing(turn)
        {
            return;
        }
        let verdict = turn.node.accept_transaction(peer, tx);
        if !matches!(verdict, TransactionVerdict::Refused { .. }) {
            self.wanted.settle(&Name::Txid(txid));
        }
        match verdict {
            TransactionVerdict::Accepted(notices) => {
                if let Some(session) = self.peers.get_mut(&peer) {
                    session.last_transaction = Some(turn.now.since_start);
                }
                self.own.note_sent(&notices);
                self.spread(&notices);
            }
            TransactionVerdict::Orphan { missing } => {
                for txid in missing {
                    if !turn.node.has_txid(&txid) {
                        let name = Name::Txid(txid);
                        self.wanted.announce(name, peer, turn.now.since_start);
                    }
                }
            }
            TransactionVerdict::Refused { .. } => {
                if self.refused.len() < MAX_REFUSED {
                    self.refused.insert(wtxid);
                }
            }
            TransactionVerdict::Known => {}
        }
        self.ask_for_transactions(turn, peer);
    }

    /// Lays transactions out for every peer that is to hear of them.
    pub(super) fn spread(&mut self, notices: &[TransactionNotice]) {
        for session in self.peers.values_mut() {
            if !session.relays_transactions() {
                continue;
            }
            for notice in notices {
                let is_news = !session.knows_transaction(&notice.wtxid)
                    && notice.fee_per_kvb >= session.wants.least_fee;
                if is_news && session.to_tell.len() < MAX_TO_TELL {
                    session.to_tell.push_back(notice.wtxid);
                }
            }
        }
    }

    /// Tells peers of transactions, many at a time, at moments that say nothing of where they came from.
    fn tell_transactions(&mut self, turn: &Turn<'_>) {
        let now = turn.now.since_start;
        for (peer, session) in &mut self.peers {
            if session.to_tell.is_empty() || now < session.next_telling {
                continue;
            }
            let mean = match session.purpose {
                super::Purpose::Inbound => TELL_INBOUND,
                _ => TELL_CHOSEN,
            };
            session.next_telling = now + self.dice.wait(mean);
            let by_wtxid = session.has_wtxid_relay();
            let mut items = Vec::new();
            while let Some(wtxid) = session.to_tell.pop_front() {
                let Some(tx) = turn.node.by_wtxid(&wtxid) else {
                    continue;
                };
                if !session.learn_transaction(wtxid) {
                    continue;
                }
                items.push(if by_wtxid {
                    Inventory::WTx(wtxid)
                } else {
                    Inventory::Transaction(tx.compute_txid())
                });
                if items.len() == MAX_TOLD {
                    break;
                }
            }
            if !items.is_empty() {
                self.out
                    .push(Output::Send(*peer, NetworkMessage::Inv(items).into()));
            }
        }
    }
}
