//! Who stands on whom in the pool, and how long such chains may get.
use std::collections::{BTreeMap, BTreeSet};

use bitcoin::Transaction;

use super::policy::{MAX_ANCESTOR_VSIZE, MAX_ANCESTORS, MAX_DESCENDANT_VSIZE, MAX_DESCENDANTS};
use super::pool::{Order, Place};
use super::tally::Tally;
use super::{Mempool, PoolError};

impl Mempool {
    /// Returns the transactions of the pool that `tx` spends from.
    pub(super) fn parents(&self, tx: &Transaction) -> BTreeSet<Order> {
        let txids = tx.input.iter().map(|input| input.previous_output.txid);
        txids
            .filter_map(|txid| self.by_txid.get(&txid).copied())
            .collect()
    }

    /// Returns every transaction of the pool that `tx` stands on, itself left out.
    pub(super) fn ancestors(&self, tx: &Transaction) -> BTreeSet<Order> {
        self.closure(self.parents(tx), |place| &place.parents)
    }

    /// Returns these transactions and every one that stands on them.
    pub(super) fn descendants(&self, roots: impl IntoIterator<Item = Order>) -> BTreeSet<Order> {
        self.closure(roots, |place| &place.children)
    }

    /// Returns these transactions of the pool with all that is reached from them.
    pub(super) fn closure(
        &self,
        roots: impl IntoIterator<Item = Order>,
        next: impl Fn(&Place) -> &BTreeSet<Order>,
    ) -> BTreeSet<Order> {
        let mut found = BTreeSet::new();
        let mut open: Vec<Order> = roots.into_iter().collect();
        while let Some(order) = open.pop() {
            if let Some(place) = self.entries.get(&order).filter(|_| found.insert(order)) {
                open.extend(next(place));
            }
        }
        found
    }

    /// Checks that no chain of waiting transactions gets too long or too large if one of this size comes to stand on
    /// `ancestors`, after the transactions `gone` have left.
    pub(super) fn check_family(
        &self,
        own: &Tally,
        ancestors: &BTreeSet<Order>,
        gone: &BTreeSet<Order>,
    ) -> Result<(), PoolError> {
        let mut above = *own;
        for place in ancestors.iter().filter_map(|order| self.entries.get(order)) {
            above.add(&place.pooled.own);
        }
        let (max, max_vsize) = (MAX_ANCESTORS, MAX_ANCESTOR_VSIZE);
        if above.count > max || above.vsize > max_vsize {
            return Err(PoolError::ChainTooLong { max, max_vsize });
        }
        let left = self.below_without(ancestors, gone);
        let (max, max_vsize) = (MAX_DESCENDANTS, MAX_DESCENDANT_VSIZE);
        for (_, mut below) in left {
            below.add(own);
            if below.count > max || below.vsize > max_vsize {
                return Err(PoolError::ChainTooLong { max, max_vsize });
            }
        }
        Ok(())
    }

    /// Returns what stands on each of `orders`, themselves included, once `gone` have left.
    pub(super) fn below_without(
        &self,
        orders: &BTreeSet<Order>,
        gone: &BTreeSet<Order>,
    ) -> BTreeMap<Order, Tally> {
        let below = |order: &Order| Some((*order, self.entries.get(order)?.below));
        let mut left: BTreeMap<Order, Tally> = orders.iter().filter_map(below).collect();
        for order in gone {
            let Some(place) = self.entries.get(order) else {
                continue;
            };
            for ancestor in self.closure([*order], |place| &place.parents) {
                if let Some(below) = left.get_mut(&ancestor) {
                    below.subtract(&place.pooled.own);
                }
            }
        }
        left
    }
}
