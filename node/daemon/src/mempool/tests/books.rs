//! What the pool keeps beside its transactions, made again from nothing and compared.
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use bitcoin::{OutPoint, Txid};

use super::super::policy::{MAX_ANCESTORS, MAX_DESCENDANTS, MIN_RELAY_RATE};
use super::super::pool::Order;
use super::super::rate::FeeRate;
use super::super::tally::Tally;
use super::super::{Mempool, memory};

impl Mempool {
    /// Checks every sum, link and index of the pool against its transactions alone.
    ///
    /// # Panics
    /// One of them is wrong.
    pub(crate) fn check_books(&self) {
        let mut orders: BTreeMap<Txid, Order> = BTreeMap::new();
        let mut spenders: BTreeMap<OutPoint, Txid> = BTreeMap::new();
        let mut above: BTreeMap<Order, BTreeSet<Order>> = BTreeMap::new();
        let (mut total, mut bytes) = (Tally::default(), 0);
        for (order, place) in &self.entries {
            let entry = &place.pooled.entry;
            let mut ancestors = BTreeSet::from([*order]);
            let mut parents = BTreeSet::new();
            for input in &entry.transaction.input {
                let double = spenders.insert(input.previous_output, entry.txid);
                assert_eq!(double, None, "two spend one coin");
                if let Some(parent) = orders.get(&input.previous_output.txid) {
                    parents.insert(*parent);
                    ancestors.extend(&above[parent]);
                }
            }
            assert_eq!(place.parents, parents);
            assert_eq!(orders.insert(entry.txid, *order), None);
            assert_eq!(self.by_txid.get(&entry.txid), Some(order));
            let wtxid = entry.transaction.compute_wtxid();
            assert_eq!(self.by_wtxid.get(&wtxid), Some(order));
            above.insert(*order, ancestors);
            total.add(&place.pooled.own);
            bytes += place.pooled.memory;
        }
        assert_eq!(self.spenders, spenders);
        assert_eq!((self.total, self.memory), (total, bytes));
        assert!(self.memory <= self.max_memory);
        assert_eq!(self.by_txid.len(), self.entries.len());
        assert_eq!(self.by_wtxid.len(), self.entries.len());
        self.check_sums(&above);
    }

    fn check_sums(&self, above: &BTreeMap<Order, BTreeSet<Order>>) {
        let sum = |orders: &mut dyn Iterator<Item = Order>| {
            let mut sum = Tally::default();
            orders.for_each(|order| sum.add(&self.entries[&order].pooled.own));
            sum
        };
        let least = FeeRate {
            fee: MIN_RELAY_RATE.to_grains_per_kvb(),
            vsize: 1_000,
        };
        let (mut by_mining, mut by_keeping) = (BTreeSet::new(), BTreeSet::new());
        for (order, place) in &self.entries {
            let below = || {
                above
                    .iter()
                    .filter(|(_, ancestors)| ancestors.contains(order))
            };
            let below_sum = sum(&mut below().map(|(order, _)| *order));
            assert_eq!(place.above, sum(&mut above[order].iter().copied()));
            assert_eq!(place.below, below_sum);
            assert!(place.above.count <= MAX_ANCESTORS && place.below.count <= MAX_DESCENDANTS);
            let mut children = BTreeSet::new();
            for (child, _) in below() {
                if self.entries[child].parents.contains(order) {
                    children.insert(*child);
                }
            }
            assert_eq!(place.children, children);
            let own = place.pooled.own.rate();
            let keeping = own.max(below_sum.rate());
            assert!(keeping >= least, "nobody pays for it");
            by_mining.insert((own.min(place.above.rate()), Reverse(*order)));
            by_keeping.insert((keeping, Reverse(*order)));
            let entry = &place.pooled.entry;
            assert_eq!(
                place.pooled.memory,
                memory::of_entry(entry, place.pooled.freezes.len(), self.changes_at(*order))
            );
        }
        assert!(self.by_mining == by_mining && self.by_keeping == by_keeping);
    }
}
