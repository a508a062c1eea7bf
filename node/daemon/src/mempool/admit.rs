//! Judging a transaction for the pool, and letting it in.
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use bitcoin::{Transaction, Txid};
use moneta_consensus::{ScriptTrust, sigop_cost};
use moneta_mips::{Change, RegistryView, freezes_of};
use moneta_node_api::MempoolEntry;

use super::overlay::{PoolCoins, PoolRegistry};
use super::policy::{
    MAX_ANCESTORS, MAX_DESCENDANTS, MAX_TRANSACTION_SIGOP_COST, MAX_TRANSACTION_WEIGHT,
    MIN_FEE_RATE, WEIGHT_PER_SIGOP_COST,
};
use super::pool::Pooled;
use super::rate::FeeRate;
use super::{Mempool, PoolError};
use crate::chain::Chain;
use crate::rules;

/// A transaction that was found good for the pool as it is.
#[derive(Debug)]
pub(crate) struct Candidate {
    pooled: Pooled,
    changes: Vec<Change>,
    /// Transactions that have to go, with what stands on them.
    evicts: BTreeSet<Txid>,
}

impl Candidate {
    /// Returns what it would do to the registry, in order.
    pub(super) fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Tells whether others have to go for it.
    pub(super) fn evicts_any(&self) -> bool {
        !self.evicts.is_empty()
    }

    /// Returns what the pool would hold.
    pub(crate) fn into_entry(self) -> MempoolEntry {
        Arc::unwrap_or_clone(self.pooled.entry)
    }
}

impl Mempool {
    /// Judges a transaction that is not in the pool; `now` is noted as its arrival.
    ///
    /// # Errors
    /// The first rule or policy that it breaks.
    pub(crate) fn consider(
        &self,
        tx: &Arc<Transaction>,
        chain: &Chain,
        scripts: ScriptTrust,
        now: u64,
    ) -> Result<Candidate, PoolError> {
        let ancestors = self.ancestors(tx);
        let registry = PoolRegistry::new(chain, self, &ancestors);
        self.consider_over(tx, chain, &registry, scripts, now)
    }

    /// Judges a transaction that is not in the pool over a registry of the caller's.
    ///
    /// # Errors
    /// The first rule or policy that it breaks.
    pub(super) fn consider_over(
        &self,
        tx: &Arc<Transaction>,
        chain: &Chain,
        registry: &dyn RegistryView,
        scripts: ScriptTrust,
        now: u64,
    ) -> Result<Candidate, PoolError> {
        // What is cheap comes first, what runs scripts last.
        let weight = tx.weight().to_wu();
        if weight > MAX_TRANSACTION_WEIGHT {
            let max = MAX_TRANSACTION_WEIGHT;
            return Err(PoolError::TooHeavy { weight, max });
        }
        self.check_new(tx, chain)?;
        let ancestors = self.check_family(tx)?;
        let coins = PoolCoins::new(chain, self);
        let valid = rules::judge_transaction(tx, chain, &coins, registry, self.frozen(), scripts)?;
        let sigop_cost = sigop_cost(tx, &valid.spent);
        check_sigops(sigop_cost)?;
        let vsize = weight
            .max(sigop_cost.saturating_mul(WEIGHT_PER_SIGOP_COST))
            .div_ceil(4);
        check_fee(valid.fee.to_sat(), vsize)?;
        let freezes = freezes_of(tx);
        let mut evicts = self.spenders_of(&freezes);
        if let Some(parent) = evicts.intersection(&ancestors).next() {
            return Err(PoolError::FreezesOwnAncestor(*parent));
        }
        self.make_room(valid.fee.to_sat(), vsize, &ancestors, &mut evicts)?;
        let entry = MempoolEntry {
            txid: valid.txid,
            transaction: Arc::clone(tx),
            spent: valid.spent,
            attachments: valid.attachments,
            fee: valid.fee,
            vsize,
            arrived: now,
        };
        let pooled = Pooled {
            entry: Arc::new(entry),
            freezes,
            sigop_cost,
        };
        Ok(Candidate {
            pooled,
            changes: valid.changes,
            evicts,
        })
    }

    /// Lets a candidate in. The pool must be as it was when the candidate was judged.
    pub(crate) fn admit(&mut self, candidate: Candidate) {
        for txid in &candidate.evicts {
            tracing::info!(%txid, by = %candidate.pooled.entry.txid, "evicted from the mempool");
            self.remove_with_descendants(txid);
        }
        self.insert(candidate.pooled, candidate.changes);
    }

    /// Checks that nothing in chain or pool stands in the way of a transaction.
    fn check_new(&self, tx: &Transaction, chain: &Chain) -> Result<(), PoolError> {
        for outpoint in tx.input.iter().map(|input| input.previous_output) {
            if let Some(by) = self.spenders.get(&outpoint).copied() {
                return Err(PoolError::Conflict { outpoint, by });
            }
        }
        if rules::is_confirmed(tx, chain) {
            return Err(PoolError::AlreadyConfirmed);
        }
        Ok(())
    }

    /// Checks that no chain of waiting transactions gets too long; returns what `tx` stands on.
    fn check_family(&self, tx: &Transaction) -> Result<BTreeSet<Txid>, PoolError> {
        let ancestors = self.ancestors(tx);
        if ancestors.len() >= MAX_ANCESTORS {
            let max = MAX_ANCESTORS;
            return Err(PoolError::ChainTooLong { max });
        }
        let crowded = |txid: &Txid| self.descendants(txid).len() >= MAX_DESCENDANTS;
        if ancestors.iter().any(crowded) {
            let max = MAX_DESCENDANTS;
            return Err(PoolError::ChainTooLong { max });
        }
        Ok(ancestors)
    }

    /// Names the cheapest transactions that must go for one of this fee and size to fit.
    pub(super) fn make_room(
        &self,
        fee: u64,
        vsize: u64,
        ancestors: &BTreeSet<Txid>,
        evicts: &mut BTreeSet<Txid>,
    ) -> Result<(), PoolError> {
        let over = (self.vsize + vsize).saturating_sub(self.max_vsize);
        if over == 0 {
            return Ok(());
        }
        let offered = FeeRate { fee, vsize };
        let cheapest = self.by_rate.iter().filter_map(|(rate, Reverse(order))| {
            let txid = self.entries.get(order)?.entry.txid;
            (!ancestors.contains(&txid)).then_some((*rate, txid))
        });
        let mut freed = 0;
        for (rate, txid) in cheapest {
            if freed >= over {
                break;
            }
            if offered <= rate {
                let least = rate.per_vbyte_ceil() + 1;
                return Err(PoolError::Full { least });
            }
            evicts.insert(txid);
            freed += rate.vsize;
        }
        Ok(())
    }
}

const fn check_sigops(cost: u64) -> Result<(), PoolError> {
    let max = MAX_TRANSACTION_SIGOP_COST;
    if cost > max {
        return Err(PoolError::TooManySigops { cost, max });
    }
    Ok(())
}

fn check_fee(fee: u64, vsize: u64) -> Result<(), PoolError> {
    let least = vsize.saturating_mul(MIN_FEE_RATE);
    if fee < least {
        return Err(PoolError::FeeTooLow { fee, vsize, least });
    }
    Ok(())
}
