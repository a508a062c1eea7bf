//! Transactions that peers sent before their parents: kept for a while, and few of them.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bitcoin::{OutPoint, Transaction, Txid, Wtxid};

use super::policy::{MAX_ORPHAN_SECONDS, MAX_ORPHANS, MAX_ORPHANS_WEIGHT, MAX_TRANSACTION_WEIGHT};

/// A peer, in whatever way the network driver numbers them. Never used twice in one run of the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerTag(pub u64);

#[derive(Debug)]
struct Orphan {
    tx: Arc<Transaction>,
    /// Every peer that sent it.
    peers: BTreeSet<PeerTag>,
    /// Seconds since 1970 when it first came.
    arrived: u64,
    weight: u64,
    /// Its place in the order of arrival.
    order: u64,
}

/// The orphans of all peers.
#[derive(Debug, Default)]
pub(crate) struct Orphans {
    by_wtxid: BTreeMap<Wtxid, Orphan>,
    /// Which orphans spend from a transaction that is not here.
    by_parent: BTreeMap<Txid, BTreeSet<Wtxid>>,
    weight: u64,
    arrivals: u64,
    /// No orphans any more, perhaps: see [`Self::adopt`].
    ready: Vec<(PeerTag, Arc<Transaction>)>,
}

impl Orphans {
    /// Returns how many there are.
    pub(crate) fn len(&self) -> usize {
        self.by_wtxid.len()
    }

    /// Tells whether this very transaction is kept.
    pub(super) fn contains(&self, wtxid: &Wtxid) -> bool {
        self.by_wtxid.contains_key(wtxid)
    }

    /// Keeps a transaction that `peer` sent. If there are too many, the oldest of the peer whose orphans weigh most
    /// goes: no peer can push out another's by sending many.
    pub(crate) fn keep(&mut self, tx: Arc<Transaction>, peer: PeerTag, now: u64) {
        self.expire(now);
        let weight = tx.weight().to_wu();
        if weight > MAX_TRANSACTION_WEIGHT {
            return;
        }
        let wtxid = tx.compute_wtxid();
        if let Some(known) = self.by_wtxid.get_mut(&wtxid) {
            known.peers.insert(peer);
            return;
        }
        for input in &tx.input {
            let spenders = self.by_parent.entry(input.previous_output.txid);
            spenders.or_default().insert(wtxid);
        }
        self.arrivals += 1;
        self.weight += weight;
        let orphan = Orphan {
            tx,
            peers: BTreeSet::from([peer]),
            arrived: now,
            weight,
            order: self.arrivals,
        };
        self.by_wtxid.insert(wtxid, orphan);
        while self.by_wtxid.len() > MAX_ORPHANS || self.weight > MAX_ORPHANS_WEIGHT {
            let Some((peer, victim)) = self.victim() else {
                break;
            };
            self.disown(peer, &victim);
        }
    }

    /// Takes out the orphans that spend from `parent`, in order of arrival, each with a peer that sent it.
    pub(crate) fn take_children(&mut self, parent: &Txid) -> Vec<(PeerTag, Arc<Transaction>)> {
        let children = self.by_parent.get(parent).cloned().unwrap_or_default();
        let mut taken: Vec<Orphan> = children
            .iter()
            .filter_map(|wtxid| self.remove(wtxid))
            .collect();
        taken.sort_unstable_by_key(|orphan| orphan.order);
        taken
            .into_iter()
            .filter_map(|orphan| Some((*orphan.peers.first()?, orphan.tx)))
            .collect()
    }

    /// Forgets what only `peer` sent.
    pub(crate) fn forget(&mut self, peer: PeerTag) {
        let all: Vec<Wtxid> = self.by_wtxid.keys().copied().collect();
        for wtxid in all {
            self.disown(peer, &wtxid);
        }
    }

    /// Forgets that `peer` sent an orphan, and the orphan itself if nobody else did.
    fn disown(&mut self, peer: PeerTag, wtxid: &Wtxid) {
        let Some(orphan) = self.by_wtxid.get_mut(wtxid) else {
            return;
        };
        orphan.peers.remove(&peer);
        if orphan.peers.is_empty() {
            self.remove(wtxid);
        }
    }

    /// Forgets what was kept too long.
    pub(super) fn expire(&mut self, now: u64) {
        let old = |orphan: &Orphan| now.saturating_sub(orphan.arrived) > MAX_ORPHAN_SECONDS;
        let expired: Vec<Wtxid> = self
            .by_wtxid
            .iter()
            .filter(|(_, orphan)| old(orphan))
            .map(|(wtxid, _)| *wtxid)
            .collect();
        for wtxid in expired {
            self.remove(&wtxid);
        }
    }

    /// Forgets those that spend one of these coins, as a block has spent them.
    pub(super) fn settle(&mut self, spent: &[OutPoint]) {
        if self.by_wtxid.is_empty() {
            return;
        }
        for outpoint in spent {
            let rivals = self.by_parent.get(&outpoint.txid).cloned();
            for wtxid in rivals.unwrap_or_default() {
                let spends = |orphan: &Orphan| {
                    let mut inputs = orphan.tx.input.iter();
                    inputs.any(|input| input.previous_output == *outpoint)
                };
                if self.by_wtxid.get(&wtxid).is_some_and(spends) {
                    self.remove(&wtxid);
                }
            }
        }
    }

    /// Takes out those that spend from `parent`, which is here now, to be judged again by [`Self::take_ready`].
    pub(super) fn adopt(&mut self, parent: &Txid) {
        let children = self.take_children(parent);
        self.ready.extend(children);
    }

    /// Takes out those that spend a coin which is here now, to be judged again by [`Self::take_ready`].
    pub(super) fn adopt_where(&mut self, is_here: impl Fn(&OutPoint) -> bool) {
        let orphans = self.by_wtxid.values();
        let inputs = orphans.flat_map(|orphan| &orphan.tx.input);
        let coins = inputs.map(|input| input.previous_output);
        let parents: BTreeSet<Txid> = coins.filter(is_here).map(|coin| coin.txid).collect();
        for parent in &parents {
            self.adopt(parent);
        }
    }

    /// Takes the orphans of which a parent has come in a block.
    pub(crate) fn take_ready(&mut self) -> Vec<(PeerTag, Arc<Transaction>)> {
        std::mem::take(&mut self.ready)
    }

    /// Returns the oldest orphan of the peer whose orphans weigh most.
    fn victim(&self) -> Option<(PeerTag, Wtxid)> {
        let mut weights: BTreeMap<PeerTag, u64> = BTreeMap::new();
        for orphan in self.by_wtxid.values() {
            for peer in &orphan.peers {
                *weights.entry(*peer).or_default() += orphan.weight;
            }
        }
        let (heaviest, _) = weights.into_iter().max_by_key(|(_, weight)| *weight)?;
        let of_heaviest = |orphan: &Orphan| orphan.peers.contains(&heaviest);
        self.by_wtxid
            .iter()
            .filter(|(_, orphan)| of_heaviest(orphan))
            .min_by_key(|(_, orphan)| orphan.order)
            .map(|(wtxid, _)| (heaviest, *wtxid))
    }

    fn remove(&mut self, wtxid: &Wtxid) -> Option<Orphan> {
        let orphan = self.by_wtxid.remove(wtxid)?;
        self.weight = self.weight.saturating_sub(orphan.weight);
        for input in &orphan.tx.input {
            let parent = input.previous_output.txid;
            if let Some(children) = self.by_parent.get_mut(&parent) {
                children.remove(wtxid);
                if children.is_empty() {
                    self.by_parent.remove(&parent);
                }
            }
        }
        Some(orphan)
    }
}
