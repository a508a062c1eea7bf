//! What the network asks of the mempool: taking what peers send, and telling them what is there.
use std::sync::{Arc, PoisonError};

use bitcoin::{OutPoint, Transaction, Txid, Wtxid};
use moneta_node_api::{NodeError, Rejection};

use super::core::{Core, Present};
use super::port::LocalNode;
use super::submit::refused;
use crate::mempool::{Announcement, Candidate, PeerTag, PoolError, Terms};

/// Arrivals that are kept for the network until it asks.
const MAX_ARRIVALS: usize = 10_000;

/// What became of a transaction that a peer sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relayed {
    /// It waits now, and so do these that had been waiting for it: announce all of them, in this order.
    Accepted(Vec<Announcement>),
    /// It waits already.
    Known,
    /// It is kept until its parents are here: ask the peer for them.
    Orphan {
        /// Ids of the parents that are not known.
        missing: Vec<Txid>,
    },
    /// It is refused.
    Refused(Rejection),
}

/// What a package did that was let in.
pub(super) struct Admitted {
    pub(super) announcements: Vec<Announcement>,
    /// What it replaced.
    pub(super) replaced: Vec<Txid>,
}

impl LocalNode {
    /// Offers a transaction that `peer` sent. If parents are missing it is kept for a while, and comes in with
    /// the last of them. A parent that pays too little comes in with an orphan that pays for it.
    pub async fn submit_from_peer(&self, peer: PeerTag, transaction: Transaction) -> Relayed {
        let work = self.work(move |core| core.submit_from_peer(peer, transaction));
        let relayed = work.await;
        relayed.unwrap_or_else(|error| Relayed::Refused(refused(error)))
    }

    /// Forgets the orphans that only `peer` sent, as it has gone.
    pub async fn forget_peer(&self, peer: PeerTag) {
        let forgotten = self.work(move |core| core.forget_peer(peer));
        // A node that has stopped needs to forget nothing.
        let _ = forgotten.await;
    }

    /// Returns a waiting transaction by its id.
    pub fn waiting_by_txid(&self, txid: &Txid) -> Option<Arc<Transaction>> {
        self.core.read().pool.transaction(txid)
    }

    /// Returns a waiting transaction by its id with witnesses.
    pub fn waiting_by_wtxid(&self, wtxid: &Wtxid) -> Option<Arc<Transaction>> {
        self.core.read().pool.transaction_by_wtxid(wtxid)
    }

    /// Tells whether this very transaction waits, is kept as an orphan, or left for a block not long ago: there is no
    /// need to ask for it.
    pub fn has_transaction(&self, wtxid: &Wtxid) -> bool {
        self.core.read().pool.has(wtxid)
    }

    /// Returns every waiting transaction, parents before children.
    pub fn inventory(&self) -> Vec<Announcement> {
        self.core.read().pool.inventory()
    }

    /// Returns the fee filter to send to peers (BIP133): what the mempool asks for now, in grains per 1,000
    /// virtual bytes.
    pub fn fee_filter(&self) -> u64 {
        let now = self.core.clock.now();
        self.core.read().pool.min_fee(now).to_grains_per_kvb()
    }
}

impl Core {
    /// Takes a transaction that a peer sent. What comes in with it is told in the answer, and not once more as arrivals.
    pub(super) fn submit_from_peer(
        &self,
        peer: PeerTag,
        tx: Transaction,
    ) -> Result<Relayed, NodeError> {
        let _turn = self.begin_write()?;
        let tx = Arc::new(tx);
        let first = self.take_from_peer(peer, &tx);
        if let Relayed::Accepted(announcements) = &first {
            let mut arrivals = self.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
            let others = arrivals.len().saturating_sub(announcements.len());
            arrivals.truncate(others);
            drop(arrivals);
            self.announce();
        }
        Ok(first)
    }

    /// Forgets the orphans that only `peer` sent.
    pub(super) fn forget_peer(&self, peer: PeerTag) -> Result<(), NodeError> {
        let _turn = self.begin_write()?;
        self.write().pool.orphans.forget(peer);
        Ok(())
    }

    /// Notes what came into the pool, whoever sent it.
    fn note_arrivals(&self, announcements: &[Announcement]) {
        let mut arrivals = self.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        arrivals.extend(announcements);
        let over = arrivals.len().saturating_sub(MAX_ARRIVALS);
        arrivals.drain(..over);
    }

    /// Takes a transaction, then the orphans that waited for it. Only for whoever holds the turn.
    fn take_from_peer(&self, peer: PeerTag, tx: &Arc<Transaction>) -> Relayed {
        if self.read().pool.get(&tx.compute_txid()).is_some() {
            return Relayed::Known;
        }
        match self.try_admit(tx) {
            Ok(announcement) => Relayed::Accepted(self.take_orphans_of(announcement)),
            Err(error) => {
                let missing = self.missing_parents(tx, &error);
                if !missing.is_empty() {
                    let now = self.clock.now();
                    self.write().pool.orphans.keep(Arc::clone(tx), peer, now);
                    return Relayed::Orphan { missing };
                }
                match self.take_with_child(tx, &error) {
                    Some(announcements) => Relayed::Accepted(announcements),
                    None => Relayed::Refused(error.into()),
                }
            }
        }
    }

    /// Takes the orphans that wait for a transaction which has just come in, and those that wait for them.
    fn take_orphans_of(&self, first: Announcement) -> Vec<Announcement> {
        let mut taken = vec![first];
        let mut next = 0;
        while let Some(parent) = taken.get(next).map(|announcement| announcement.txid) {
            next += 1;
            let children = self.write().pool.orphans.take_children(&parent);
            for (peer, child) in children {
                taken.extend(self.take_orphan(peer, &child));
            }
        }
        taken
    }

    /// Takes the orphans of which a block brought a parent. Only for whoever holds the turn.
    pub(super) fn take_ready_orphans(&self) {
        let ready = self.write().pool.orphans.take_ready();
        let mut came = false;
        for (peer, orphan) in ready {
            if let Some(announcement) = self.take_orphan(peer, &orphan) {
                self.take_orphans_of(announcement);
                came = true;
            }
        }
        if came {
            self.announce();
        }
    }

    /// Takes an orphan; one that lacks another parent is kept on.
    fn take_orphan(&self, peer: PeerTag, orphan: &Arc<Transaction>) -> Option<Announcement> {
        match self.try_admit(orphan) {
            Ok(announcement) => Some(announcement),
            Err(error) => {
                if !self.missing_parents(orphan, &error).is_empty() {
                    let now = self.clock.now();
                    self.write()
                        .pool
                        .orphans
                        .keep(Arc::clone(orphan), peer, now);
                }
                None
            }
        }
    }

    /// Takes a parent that pays too little together with an orphan that pays for both.
    fn take_with_child(
        &self,
        parent: &Arc<Transaction>,
        error: &PoolError,
    ) -> Option<Vec<Announcement>> {
        if !error.is_about_fee() {
            return None;
        }
        let txid = parent.compute_txid();
        let children = self.write().pool.orphans.take_children(&txid);
        let mut taken: Option<Vec<Announcement>> = None;
        for (peer, child) in children {
            if taken.is_some() {
                taken
                    .get_or_insert_default()
                    .extend(self.take_orphan(peer, &child));
                continue;
            }
            let package = [Arc::clone(parent), Arc::clone(&child)];
            match self.try_admit_package(&package) {
                Ok(admitted) => taken = Some(admitted.announcements),
                Err(_) => {
                    let now = self.clock.now();
                    self.write().pool.orphans.keep(child, peer, now);
                }
            }
        }
        taken
    }

    /// Judges a transaction and lets it in. Only for whoever holds the turn: the pool must not move while
    /// scripts run, which is when nobody else needs to wait.
    pub(super) fn try_admit(&self, tx: &Arc<Transaction>) -> Result<Announcement, PoolError> {
        let now = self.clock.now();
        let candidate = {
            let Present { chain, pool } = &*self.read();
            pool.consider(tx, chain, &Terms::fresh(now))?
        };
        let announcement = candidate.announcement();
        let mut present = self.write();
        let Present { chain, pool } = &mut *present;
        pool.admit(candidate, chain, now);
        drop(present);
        self.note_arrivals(&[announcement]);
        Ok(announcement)
    }

    /// Judges a package and lets it in. Only for whoever holds the turn.
    pub(super) fn try_admit_package(
        &self,
        package: &[Arc<Transaction>],
    ) -> Result<Admitted, PoolError> {
        let now = self.clock.now();
        let candidates = {
            let Present { chain, pool } = &*self.read();
            pool.consider_package(package, chain, now)?
        };
        let announcements: Vec<Announcement> =
            candidates.iter().map(Candidate::announcement).collect();
        let mut present = self.write();
        let Present { chain, pool } = &mut *present;
        let replaced = pool.replaced_by(&candidates);
        pool.admit_package(candidates, chain, now);
        drop(present);
        self.note_arrivals(&announcements);
        Ok(Admitted {
            announcements,
            replaced,
        })
    }

    fn missing_parents(&self, tx: &Transaction, error: &PoolError) -> Vec<Txid> {
        let present = self.read();
        let state = present.chain.state();
        let known =
            |outpoint: &OutPoint| moneta_consensus::CoinView::coin(state, outpoint).is_some();
        present.pool.missing_parents(tx, error, known)
    }
}
