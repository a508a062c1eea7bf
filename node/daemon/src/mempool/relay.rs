//! What the network asks of the pool.
use std::sync::Arc;

use bitcoin::{Transaction, Txid, Wtxid};
use moneta_consensus::TransactionError;

use super::admit::Candidate;
use super::pool::Pooled;
use super::{Mempool, PoolError};

/// What peers are told of a waiting transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Announcement {
    /// Its id.
    pub txid: Txid,
    /// Its id with its witnesses.
    pub wtxid: Wtxid,
    /// What it pays, in grains per 1,000 virtual bytes: a peer whose fee filter is higher is not told of it.
    pub fee_per_kvb: u64,
}

impl From<&Pooled> for Announcement {
    fn from(pooled: &Pooled) -> Self {
        Self {
            txid: pooled.entry.txid,
            wtxid: pooled.wtxid,
            fee_per_kvb: pooled.own.rate().per_kvb_floor().to_grains_per_kvb(),
        }
    }
}

impl Candidate {
    /// Returns what peers will be told of it.
    pub(crate) fn announcement(&self) -> Announcement {
        Announcement::from(&self.pooled)
    }
}

impl Mempool {
    /// Returns the ids of what these would replace.
    pub(crate) fn replaced_by(&self, candidates: &[Candidate]) -> Vec<Txid> {
        let replaced = candidates.iter().flat_map(|candidate| &candidate.replaces);
        let places = replaced.filter_map(|order| self.entries.get(order));
        places.map(|place| place.pooled.entry.txid).collect()
    }

    /// Tells whether this very transaction waits, is kept as an orphan, or left for a block not long ago.
    pub(crate) fn has(&self, wtxid: &Wtxid) -> bool {
        self.by_wtxid.contains_key(wtxid)
            || self.orphans.contains(wtxid)
            || self.confirmed.contains(wtxid)
    }

    /// Returns every waiting transaction, parents before children.
    pub(crate) fn inventory(&self) -> Vec<Announcement> {
        self.iter().map(Announcement::from).collect()
    }

    /// Shows every waiting transaction with its id, parents before children.
    pub(crate) fn each_transaction(&self, look: &mut dyn FnMut(&Wtxid, &Arc<Transaction>)) {
        for pooled in self.iter() {
            look(&pooled.wtxid, &pooled.entry.transaction);
        }
    }

    /// Returns the parents that are not known of a transaction that was refused for this; none if it was refused for
    /// something else.
    pub(crate) fn missing_parents(
        &self,
        tx: &Transaction,
        error: &PoolError,
        is_known: impl Fn(&bitcoin::OutPoint) -> bool,
    ) -> Vec<Txid> {
        if !matches!(
            error,
            PoolError::Rule(TransactionError::MissingInput { .. })
        ) {
            return Vec::new();
        }
        let inputs = tx.input.iter().map(|input| input.previous_output);
        let mut missing: Vec<Txid> = inputs
            .filter(|outpoint| !self.by_txid.contains_key(&outpoint.txid) && !is_known(outpoint))
            .map(|outpoint| outpoint.txid)
            .collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }
}
