//! Transactions that others have and we don't: who is asked for which, and when.
//!
//! Every step costs what it touches and no more, however many transactions are announced.
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use bitcoin::p2p::message_blockdata::Inventory;
use bitcoin::{Txid, Wtxid};

use super::PeerId;

/// Transactions that one peer's word is taken for, before it has sent them.
pub(super) const MAX_ANNOUNCED: usize = 5_000;
/// While all peers' words together are more than this, nobody's is taken for more than a share.
pub(super) const ALL_ANNOUNCED: usize = 100_000;
/// That share.
pub(super) const SHARE_ANNOUNCED: usize = 800;
/// Transactions that one peer is asked for at a time.
pub(super) const MAX_ASKED: usize = 100;
/// How long a peer may take to send one.
const ANSWER: Duration = Duration::from_secs(60);

/// How a transaction is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Name {
    Txid(Txid),
    Wtxid(Wtxid),
}

impl Name {
    /// Reads the name from an item, if it is a transaction's.
    pub(super) const fn of(item: &Inventory) -> Option<Self> {
        match item {
            Inventory::Transaction(txid) | Inventory::WitnessTransaction(txid) => {
                Some(Self::Txid(*txid))
            }
            Inventory::WTx(wtxid) => Some(Self::Wtxid(*wtxid)),
            _ => None,
        }
    }

    const fn question(self) -> Inventory {
        match self {
            Self::Txid(txid) => Inventory::WitnessTransaction(txid),
            Self::Wtxid(wtxid) => Inventory::WTx(wtxid),
        }
    }
}

/// Transactions that others have and we don't.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    transactions: BTreeMap<Name, Holders>,
    queues: BTreeMap<PeerId, Queue>,
    /// How many all have announced.
    announced: usize,
    /// Questions in the order in which they run out.
    questions: VecDeque<(Duration, Name, PeerId)>,
}

/// Who has a transaction.
#[derive(Debug, Default)]
struct Holders {
    all: BTreeSet<PeerId>,
    asked: Option<PeerId>,
}

/// What a peer has announced and not sent.
#[derive(Debug, Default)]
struct Queue {
    announced: BTreeSet<Name>,
    asked: usize,
    /// What it may be asked for, and from when on.
    waiting: VecDeque<(Duration, Name)>,
}

impl Wanted {
    /// Notes that a peer has a transaction and may be asked for it from `at` on.
    pub(super) fn announce(&mut self, name: Name, peer: PeerId, at: Duration) {
        let queue = self.queues.entry(peer).or_default();
        let is_too_much =
            self.announced >= ALL_ANNOUNCED && queue.announced.len() >= SHARE_ANNOUNCED;
        if is_too_much || queue.announced.len() >= MAX_ANNOUNCED || !queue.announced.insert(name) {
            return;
        }
        self.announced += 1;
        let holders = self.transactions.entry(name).or_default();
        holders.all.insert(peer);
        if holders.asked.is_none() {
            queue.wait(at, name);
        }
    }

    /// Returns what is to be asked of a peer now.
    pub(super) fn questions_to(&mut self, peer: PeerId, now: Duration) -> Vec<Inventory> {
        let mut questions = Vec::new();
        let Some(queue) = self.queues.get_mut(&peer) else {
            return questions;
        };
        while queue.asked < MAX_ASKED {
            let Some((_, name)) = pop_if(&mut queue.waiting, |(at, _)| *at <= now) else {
                break;
            };
            let Some(holders) = self.transactions.get_mut(&name) else {
                continue;
            };
            if holders.asked.is_some() || !holders.all.contains(&peer) {
                continue;
            }
            holders.asked = Some(peer);
            queue.asked += 1;
            self.questions.push_back((now + ANSWER, name, peer));
            questions.push(name.question());
        }
        self.tidy();
        questions
    }

    /// Forgets questions that were answered: whoever answers at once that it has not what it announced makes many.
    fn tidy(&mut self) {
        if self.questions.len() <= 2 * MAX_ASKED * self.queues.len() {
            return;
        }
        let transactions = &self.transactions;
        self.questions.retain(|(_, name, peer)| {
            let holders = transactions.get(name);
            holders.is_some_and(|holders| holders.asked == Some(*peer))
        });
    }

    /// Gives up on peers that did not answer; their transactions are asked of others.
    pub(super) fn expire(&mut self, now: Duration) {
        while let Some((_, name, peer)) = pop_if(&mut self.questions, |(until, ..)| *until <= now) {
            let holders = self.transactions.get(&name);
            if holders.is_some_and(|holders| holders.asked == Some(peer)) {
                self.retract(&name, peer, now);
            }
        }
    }

    /// Forgets a transaction: it is here, or is of no use.
    pub(super) fn settle(&mut self, name: &Name) {
        let Some(holders) = self.transactions.remove(name) else {
            return;
        };
        for peer in &holders.all {
            if let Some(queue) = self.queues.get_mut(peer) {
                self.announced -= usize::from(queue.announced.remove(name));
            }
        }
        if let Some(queue) = holders.asked.and_then(|peer| self.queues.get_mut(&peer)) {
            queue.asked = queue.asked.saturating_sub(1);
        }
    }

    /// Notes that a peer does not have a transaction, or does not send it: somebody else is asked.
    pub(super) fn retract(&mut self, name: &Name, peer: PeerId, now: Duration) {
        let Some(holders) = self.transactions.get_mut(name) else {
            return;
        };
        if !holders.all.remove(&peer) {
            return;
        }
        if let Some(queue) = self.queues.get_mut(&peer) {
            self.announced -= usize::from(queue.announced.remove(name));
            if holders.asked == Some(peer) {
                queue.asked = queue.asked.saturating_sub(1);
            }
        }
        if holders.asked == Some(peer) {
            holders.asked = None;
        }
        if holders.asked.is_some() {
            return;
        }
        let Some(next) = holders.all.first() else {
            self.transactions.remove(name);
            return;
        };
        if let Some(queue) = self.queues.get_mut(next) {
            queue.tidy();
            queue.waiting.push_front((now, *name));
        }
    }

    /// Forgets all that a peer announced.
    pub(super) fn forget(&mut self, peer: PeerId, now: Duration) {
        let Some(queue) = self.queues.remove(&peer) else {
            return;
        };
        self.announced -= queue.announced.len();
        for name in &queue.announced {
            self.retract(name, peer, now);
        }
    }
}

/// Takes the first one if it is so.
fn pop_if<T>(queue: &mut VecDeque<T>, is_so: impl FnOnce(&T) -> bool) -> Option<T> {
    queue
        .front()
        .is_some_and(is_so)
        .then(|| queue.pop_front())?
}

impl Queue {
    /// Forgets the places of what is not announced any more, and of what stands here twice, once there are many.
    fn tidy(&mut self) {
        if self.waiting.len() > 2 * self.announced.len() {
            let mut announced = self.announced.clone();
            self.waiting.retain(|(_, name)| announced.remove(name));
        }
    }

    /// Puts a transaction where its time comes.
    fn wait(&mut self, at: Duration, name: Name) {
        self.tidy();
        let place = self.waiting.partition_point(|(other, _)| *other <= at);
        self.waiting.insert(place, (at, name));
    }
}

#[cfg(test)]
impl Wanted {
    /// Returns how many announcements are kept, how many of them wait, and how many questions were asked.
    pub(super) fn sizes(&self) -> (usize, usize, usize) {
        let waiting = self.queues.values().map(|queue| queue.waiting.len());
        (self.announced, waiting.sum(), self.questions.len())
    }
}
