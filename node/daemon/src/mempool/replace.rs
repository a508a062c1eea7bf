//! Replacing waiting transactions by one that pays more (BIP125, whether or not they signal it).
use std::collections::BTreeSet;

use bitcoin::{OutPoint, Transaction};

use super::admit::{Candidate, Fees, Terms};
use super::policy::{INCREMENTAL_RATE, MAX_REPLACED};
use super::pool::Order;
use super::tally::Tally;
use super::{Mempool, PoolError};

impl Mempool {
    /// Returns the waiting transactions that spend a coin which `tx` spends.
    pub(super) fn conflicts(
        &self,
        tx: &Transaction,
        staged: &[Candidate],
        terms: &Terms,
    ) -> Result<BTreeSet<Order>, PoolError> {
        let mut conflicts = BTreeSet::new();
        for outpoint in tx.input.iter().map(|input| input.previous_output) {
            let before = staged.iter().find(|before| before.spends(&outpoint));
            if let Some(before) = before {
                let by = before.pooled.entry.txid;
                return Err(PoolError::Conflict { outpoint, by });
            }
            let Some(by) = self.spenders.get(&outpoint).copied() else {
                continue;
            };
            if terms.fees != Fees::Own {
                return Err(PoolError::Conflict { outpoint, by });
            }
            conflicts.extend(self.by_txid.get(&by));
        }
        Ok(conflicts)
    }

    /// Checks that a transaction may replace those it conflicts with; returns them with all that stands on them.
    pub(super) fn check_replacement(
        &self,
        tx: &Transaction,
        own: &Tally,
        conflicts: &BTreeSet<Order>,
        ancestors: &BTreeSet<Order>,
    ) -> Result<BTreeSet<Order>, PoolError> {
        let Some(first) = conflicts.first().and_then(|order| self.entries.get(order)) else {
            return Ok(BTreeSet::new());
        };
        let replaced = first.pooled.entry.txid;
        // The sum of all below may count some twice, so it only bounds the work.
        let below = conflicts.iter().filter_map(|order| self.entries.get(order));
        let below: u64 = below.map(|place| place.below.count).sum();
        let (count, max) = (usize::try_from(below).unwrap_or(usize::MAX), MAX_REPLACED);
        if count > max {
            return Err(PoolError::ReplacementTooMany { count, max });
        }
        let all = self.descendants(conflicts.iter().copied());
        if let Some(both) = all.intersection(ancestors).next() {
            let place = &self.entries[both];
            return Err(PoolError::SpendsReplaced(place.pooled.entry.txid));
        }
        self.check_parents(tx, conflicts)?;
        for place in conflicts.iter().filter_map(|order| self.entries.get(order)) {
            let rate = place.pooled.own.rate();
            if own.rate() <= rate {
                return Err(PoolError::ReplacementRateTooLow {
                    replaced: place.pooled.entry.txid,
                    rate: rate.per_kvb_floor().to_grains_per_kvb(),
                });
            }
        }
        let fees = all.iter().filter_map(|order| self.entries.get(order));
        let fees: u64 = fees.map(|place| place.pooled.own.fee).sum();
        let least = fees.saturating_add(INCREMENTAL_RATE.fee_for(own.vsize));
        if own.fee < least {
            let fee = own.fee;
            return Err(PoolError::ReplacementFeeTooLow {
                replaced,
                fee,
                least,
            });
        }
        Ok(all)
    }

    /// Checks that a replacement spends from no waiting transaction that those it replaces did not spend from.
    fn check_parents(
        &self,
        tx: &Transaction,
        conflicts: &BTreeSet<Order>,
    ) -> Result<(), PoolError> {
        let replaced = || conflicts.iter().filter_map(|order| self.entries.get(order));
        let old: BTreeSet<Order> = replaced()
            .flat_map(|place| &place.parents)
            .copied()
            .collect();
        let added = self
            .parents(tx)
            .into_iter()
            .find(|parent| !old.contains(parent));
        let added = added.and_then(|order| self.entries.get(&order));
        match (added, replaced().next()) {
            (Some(parent), Some(replaced)) => Err(PoolError::ReplacementNewParent {
                replaced: replaced.pooled.entry.txid,
                parent: parent.pooled.entry.txid,
            }),
            _ => Ok(()),
        }
    }
}

impl Candidate {
    fn spends(&self, outpoint: &OutPoint) -> bool {
        let inputs = &self.pooled.entry.transaction.input;
        inputs
            .iter()
            .any(|input| input.previous_output == *outpoint)
    }
}
