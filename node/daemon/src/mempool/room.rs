//! Keeping the pool within its memory, and rid of what nobody pays for.
use std::cmp::Reverse;
use std::collections::BTreeSet;

use moneta_node_api::{MempoolInfo, MempoolRemoval, RemovalReason};

use super::admit::Candidate;
use super::policy::{INCREMENTAL_RATE, MAX_WAIT_SECONDS, MIN_RELAY_RATE};
use super::pool::Order;
use super::rate::{FeeRate, RelayRate};
use super::tally::Tally;
use super::{Mempool, PoolError};

impl Mempool {
    /// Returns the least that a transaction must pay at `now`.
    pub(crate) fn min_fee(&self, now: u64) -> RelayRate {
        let floor = self.floor.at(now, self.memory, self.max_memory);
        floor.max(MIN_RELAY_RATE)
    }

    /// Says how full the pool is and what it asks for at `now`.
    pub(crate) fn info(&self, now: u64) -> MempoolInfo {
        MempoolInfo {
            transactions: self.entries.len(),
            vsize: self.total.vsize,
            memory: self.memory,
            max_memory: self.max_memory,
            min_fee_per_kvb: self.min_fee(now).to_grains_per_kvb(),
            incremental_fee_per_kvb: INCREMENTAL_RATE.to_grains_per_kvb(),
            orphans: self.orphans.len(),
            resting: self.resting.len(),
        }
    }

    /// Returns what left the pool after removal number `seen`.
    pub(crate) fn removals(&self, seen: u64) -> Vec<MempoolRemoval> {
        self.removals.after(seen)
    }

    /// Checks that `fresh`, which come in together, would not be the first to go for lack of memory. They stand or
    /// fall together, so they are weighed together.
    pub(super) fn check_room(&self, fresh: &[Candidate]) -> Result<(), PoolError> {
        let sets = || {
            fresh
                .iter()
                .flat_map(|candidate| [&candidate.replaces, &candidate.freezes_out])
        };
        let mut gone: BTreeSet<Order> = sets().flatten().copied().collect();
        let memory_of = |order: &Order| {
            self.entries
                .get(order)
                .map_or(0, |place| place.pooled.memory)
        };
        let freed: u64 = gone.iter().map(memory_of).sum();
        let needed: u64 = fresh.iter().map(|candidate| candidate.pooled.memory).sum();
        let mut over = (self.memory + needed)
            .saturating_sub(freed)
            .saturating_sub(self.max_memory);
        if over == 0 {
            return Ok(());
        }
        let mut own = Tally::default();
        let mut ancestors = BTreeSet::new();
        for candidate in fresh {
            own.add(&candidate.pooled.own);
            ancestors.extend(&candidate.ancestors);
        }
        // What they stand on can't go before them: they go with the weakest of it.
        let mut offered = own.rate();
        for (order, mut below) in self.below_without(&ancestors, &gone) {
            below.add(&own);
            let alone = self.entries[&order].pooled.own.rate();
            offered = offered.min(alone.max(below.rate()));
        }
        for (rate, Reverse(order)) in &self.by_keeping {
            if over == 0 {
                return Ok(());
            }
            if gone.contains(order) || ancestors.contains(order) {
                continue;
            }
            if offered <= *rate {
                break;
            }
            for order in self.descendants([*order]) {
                if gone.insert(order) {
                    over = over.saturating_sub(memory_of(&order));
                }
            }
        }
        if over == 0 {
            return Ok(());
        }
        let cheapest = self
            .by_keeping
            .first()
            .map_or(own.rate(), |(rate, _)| *rate);
        let asked = cheapest.per_kvb_ceil().plus(INCREMENTAL_RATE);
        let least = asked.fee_for(own.vsize).max(own.fee.saturating_add(1));
        Err(PoolError::Full { least })
    }

    /// Lets the cheapest go until the pool is no larger than it may be, and asks for more than they paid from now on.
    pub(super) fn trim(&mut self, now: u64) {
        while self.memory > self.max_memory {
            let Some((_, Reverse(order))) = self.by_keeping.first().copied() else {
                return;
            };
            let rate = self.entries[&order].below.rate().per_kvb_ceil();
            self.floor.count_to(now, self.memory, self.max_memory);
            self.floor.raise(rate.plus(INCREMENTAL_RATE), now);
            self.remove_with_descendants([order], &RemovalReason::SizeLimit);
        }
    }

    /// Lets go what pays less than is relayed since those that paid for it have left.
    pub(super) fn sweep(&mut self) {
        let least = FeeRate {
            fee: MIN_RELAY_RATE.to_grains_per_kvb(),
            vsize: 1_000,
        };
        while let Some((rate, Reverse(order))) = self.by_keeping.first().copied() {
            if rate >= least {
                return;
            }
            self.remove_with_descendants([order], &RemovalReason::FeeTooLow);
        }
    }

    /// Lets go what has waited too long, with what stands on it.
    pub(super) fn expire(&mut self, now: u64) {
        self.floor.count_to(now, self.memory, self.max_memory);
        let old = |arrived: u64| now.saturating_sub(arrived) > MAX_WAIT_SECONDS;
        let expired: Vec<Order> = self
            .entries
            .iter()
            .filter(|(_, place)| old(place.pooled.entry.arrived))
            .map(|(order, _)| *order)
            .collect();
        self.remove_with_descendants(expired, &RemovalReason::Expired);
        self.resting.retain(|resting| !old(resting.arrived));
        self.orphans.expire(now);
    }
}
