//! The transactions of the pool, in an order in which parents stand before children.
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use bitcoin::{OutPoint, Transaction, Txid, Wtxid};
use moneta_chain::Height;
use moneta_mips::{Change, IdentityId, RegistryView, Scene, Target, check_not_frozen};
use moneta_node_api::{MempoolEntry, MempoolSnapshot, RemovalReason};

use super::confirmed::Confirmed;
use super::floor::Floor;
use super::follow::Resting;
use super::lapse::Lapsed;
use super::orphans::Orphans;
use super::policy::MAX_POOL_MEMORY;
use super::rate::FeeRate;
use super::removals::Removals;
use super::tally::Tally;

/// The place of a transaction in the order of arrival.
pub(super) type Order = u64;

/// A transaction of the pool.
#[derive(Debug, Clone)]
pub(crate) struct Pooled {
    pub(crate) entry: Arc<MempoolEntry>,
    pub(super) wtxid: Wtxid,
    /// What it would freeze.
    pub(super) freezes: Vec<Target>,
    /// Moves of the tip through which it has waited, if a MIP has a say in it.
    pub(super) waited: u32,
    /// The transaction alone.
    pub(super) own: Tally,
    /// Memory that it takes here, in bytes.
    pub(super) memory: u64,
    /// Whether coins and locks are all that it depends on, and no MIP has a say in it: what is good of it at one
    /// tip is good at every later one.
    pub(super) plain: bool,
}

impl Pooled {
    /// Tells whether any of these freezes, or one of the registry, stops it in a block at `height`.
    pub(super) fn is_stopped(
        &self,
        frozen: &BTreeSet<Target>,
        registry: &dyn RegistryView,
        height: Height,
    ) -> bool {
        let scene = Scene {
            registry,
            coins: &|_| None,
            frozen_in_block: frozen,
            spent_in_block: &BTreeSet::new(),
            height,
        };
        check_not_frozen(&self.entry.transaction, &self.entry.spent, &scene).is_err()
    }
}

/// A transaction with its place among the others.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) pooled: Pooled,
    pub(super) parents: BTreeSet<Order>,
    pub(super) children: BTreeSet<Order>,
    /// It and all that it stands on.
    pub(super) above: Tally,
    /// It and all that stands on it.
    pub(super) below: Tally,
}

impl Place {
    /// Returns what is earned by mining it now: with what it stands on, but no more than by itself, as parents that
    /// pay better are mined without it.
    fn mining_rate(&self) -> FeeRate {
        self.pooled.own.rate().min(self.above.rate())
    }

    /// Returns what is lost by letting it go: with what stands on it, or by itself, whichever is more.
    pub(super) fn keeping_rate(&self) -> FeeRate {
        self.pooled.own.rate().max(self.below.rate())
    }
}

/// Transactions that wait for a block.
#[derive(Debug)]
pub(crate) struct Mempool {
    /// By order of arrival, so parents come before children.
    pub(super) entries: BTreeMap<Order, Place>,
    pub(super) by_txid: HashMap<Txid, Order>,
    pub(super) by_wtxid: HashMap<Wtxid, Order>,
    pub(super) spenders: BTreeMap<OutPoint, Txid>,
    /// By [`Place::mining_rate`], the dearest last and of equals the oldest.
    pub(super) by_mining: BTreeSet<(FeeRate, Reverse<Order>)>,
    /// By [`Place::keeping_rate`], the cheapest first and of equals the youngest.
    pub(super) by_keeping: BTreeSet<(FeeRate, Reverse<Order>)>,
    /// All transactions together.
    pub(super) total: Tally,
    pub(super) memory: u64,
    pub(super) max_memory: u64,
    /// What a full pool asks for.
    pub(super) floor: Floor,
    /// A coin stands here for one transaction only: it takes the right to freeze, which is on one coin.
    frozen: BTreeSet<Target>,
    /// Handles that they would register.
    handles: BTreeMap<String, IdentityId>,
    /// What they would do to the registry, by the same order; most do nothing.
    changes: BTreeMap<Order, Vec<Change>>,
    /// Not in the pool at present: see there.
    pub(super) resting: Vec<Resting>,
    pub(super) lapsed: Lapsed,
    /// A freeze left without a block: what it pushed out may come back.
    pub(super) thawed: bool,
    pub(crate) orphans: Orphans,
    pub(super) removals: Removals,
    pub(super) confirmed: Confirmed,
    arrivals: Order,
    revision: u64,
}

impl Default for Mempool {
    fn default() -> Self {
        Self {
            entries: BTreeMap::new(),
            by_txid: HashMap::new(),
            by_wtxid: HashMap::new(),
            spenders: BTreeMap::new(),
            by_mining: BTreeSet::new(),
            by_keeping: BTreeSet::new(),
            total: Tally::default(),
            memory: 0,
            max_memory: MAX_POOL_MEMORY,
            floor: Floor::new(),
            frozen: BTreeSet::new(),
            handles: BTreeMap::new(),
            changes: BTreeMap::new(),
            resting: Vec::new(),
            lapsed: Lapsed::default(),
            thawed: false,
            orphans: Orphans::default(),
            removals: Removals::default(),
            confirmed: Confirmed::default(),
            arrivals: 0,
            revision: 0,
        }
    }
}

impl Mempool {
    /// Returns a transaction of the pool.
    pub(crate) fn get(&self, txid: &Txid) -> Option<&Pooled> {
        self.place(txid).map(|place| &place.pooled)
    }

    pub(super) fn place(&self, txid: &Txid) -> Option<&Place> {
        self.entries.get(self.by_txid.get(txid)?)
    }

    /// Changes whenever the pool does.
    pub(crate) const fn revision(&self) -> u64 {
        self.revision
    }

    /// Returns every transaction, parents before children.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Pooled> {
        self.entries.values().map(|place| &place.pooled)
    }

    /// Returns a transaction by its id.
    pub(crate) fn transaction(&self, txid: &Txid) -> Option<Arc<Transaction>> {
        let pooled = self.get(txid)?;
        Some(Arc::clone(&pooled.entry.transaction))
    }

    /// Returns a transaction by its id with witnesses.
    pub(crate) fn transaction_by_wtxid(&self, wtxid: &Wtxid) -> Option<Arc<Transaction>> {
        let place = self.entries.get(self.by_wtxid.get(wtxid)?)?;
        Some(Arc::clone(&place.pooled.entry.transaction))
    }

    /// Returns the pool as it is now, as plain data.
    pub(crate) fn snapshot(&self) -> MempoolSnapshot {
        MempoolSnapshot {
            revision: self.revision,
            entries: self
                .iter()
                .map(|pooled| Arc::clone(&pooled.entry))
                .collect(),
            spenders: self.spenders.clone(),
        }
    }

    /// Returns every (asset, coin) that a transaction of the pool would freeze.
    pub(super) const fn frozen(&self) -> &BTreeSet<Target> {
        &self.frozen
    }

    /// Returns what these transactions would do to the registry, parents before children.
    pub(super) fn changes_of(&self, orders: &BTreeSet<Order>) -> impl Iterator<Item = &Change> {
        orders
            .iter()
            .filter_map(|order| self.changes.get(order))
            .flatten()
    }

    /// Returns the identity that a transaction of the pool would register under this handle.
    pub(super) fn waiting_identity(&self, handle: &str) -> Option<IdentityId> {
        self.handles.get(handle).copied()
    }

    /// Returns the transactions of the pool that these freezes stop in a block at `height`. A freeze says
    /// nothing of a coin without units, nor of units on their way back to the issuer.
    pub(super) fn stopped_by(
        &self,
        freezes: &[Target],
        registry: &dyn RegistryView,
        height: Height,
    ) -> BTreeSet<Order> {
        if freezes.is_empty() {
            return BTreeSet::new();
        }
        let coin_of = |target: &Target| match target {
            Target::Coin { coin, .. } => Some(*coin),
            Target::Script { .. } | Target::All { .. } => None,
        };
        let coins: Option<Vec<OutPoint>> = freezes.iter().map(coin_of).collect();
        // A freeze of scripts or of a whole asset can stop anything; one of coins only who spends them.
        let suspects: Vec<Order> = match coins {
            Some(coins) => {
                let txids = coins.iter().filter_map(|coin| self.spenders.get(coin));
                txids
                    .filter_map(|txid| self.by_txid.get(txid).copied())
                    .collect()
            }
            None => self.entries.keys().copied().collect(),
        };
        let frozen: BTreeSet<Target> = freezes.iter().copied().collect();
        let stopped = suspects.into_iter().filter(|order| {
            let place = self.entries.get(order);
            place.is_some_and(|place| place.pooled.is_stopped(&frozen, registry, height))
        });
        stopped.collect()
    }

    /// Adds a transaction that was found good; its parents are there already, and its children are not.
    pub(super) fn insert(&mut self, pooled: Pooled, changes: Vec<Change>) {
        self.revision += 1;
        self.arrivals += 1;
        let order = self.arrivals;
        let txid = pooled.entry.txid;
        let own = pooled.own;
        let ancestors = self.ancestors(&pooled.entry.transaction);
        let mut above = own;
        for ancestor in &ancestors {
            above.add(&self.entries[ancestor].pooled.own);
            self.rescore(*ancestor, |place| place.below.add(&own));
        }
        let parents = self.parents(&pooled.entry.transaction);
        for parent in &parents {
            if let Some(place) = self.entries.get_mut(parent) {
                place.children.insert(order);
            }
        }
        self.handles.extend(handles(&changes));
        if !changes.is_empty() {
            self.changes.insert(order, changes);
        }
        for input in &pooled.entry.transaction.input {
            self.spenders.insert(input.previous_output, txid);
        }
        self.total.add(&own);
        self.memory += pooled.memory;
        self.frozen.extend(pooled.freezes.iter().copied());
        self.by_txid.insert(txid, order);
        self.by_wtxid.insert(pooled.wtxid, order);
        let place = Place {
            pooled,
            parents,
            children: BTreeSet::new(),
            above,
            below: own,
        };
        self.by_mining.insert((place.mining_rate(), Reverse(order)));
        self.by_keeping
            .insert((place.keeping_rate(), Reverse(order)));
        self.entries.insert(order, place);
    }

    /// Changes the sums of a transaction and keeps its places in the orders by rate.
    fn rescore(&mut self, order: Order, change: impl FnOnce(&mut Place)) {
        let Some(place) = self.entries.get_mut(&order) else {
            return;
        };
        let before = (place.mining_rate(), place.keeping_rate());
        change(place);
        let after = (place.mining_rate(), place.keeping_rate());
        if before.0 != after.0 {
            self.by_mining.remove(&(before.0, Reverse(order)));
            self.by_mining.insert((after.0, Reverse(order)));
        }
        if before.1 != after.1 {
            self.by_keeping.remove(&(before.1, Reverse(order)));
            self.by_keeping.insert((after.1, Reverse(order)));
        }
    }

    /// Takes out one transaction. What stands on it stays: either it is in a block now, or the caller has taken
    /// that out.
    pub(super) fn remove(&mut self, order: Order) -> Option<Pooled> {
        let ancestors = self.closure([order], |place| &place.parents);
        let descendants = self.closure([order], |place| &place.children);
        let own = self.entries.get(&order)?.pooled.own;
        for other in ancestors.into_iter().filter(|other| *other != order) {
            self.rescore(other, |place| place.below.subtract(&own));
        }
        for other in descendants.into_iter().filter(|other| *other != order) {
            self.rescore(other, |place| place.above.subtract(&own));
        }
        let place = self.entries.remove(&order)?;
        self.revision += 1;
        self.by_mining
            .remove(&(place.mining_rate(), Reverse(order)));
        self.by_keeping
            .remove(&(place.keeping_rate(), Reverse(order)));
        for parent in &place.parents {
            if let Some(parent) = self.entries.get_mut(parent) {
                parent.children.remove(&order);
            }
        }
        for child in &place.children {
            if let Some(child) = self.entries.get_mut(child) {
                child.parents.remove(&order);
            }
        }
        let pooled = place.pooled;
        for (handle, _) in handles(&self.changes.remove(&order).unwrap_or_default()) {
            self.handles.remove(&handle);
        }
        self.by_txid.remove(&pooled.entry.txid);
        self.by_wtxid.remove(&pooled.wtxid);
        for input in &pooled.entry.transaction.input {
            self.spenders.remove(&input.previous_output);
        }
        for frozen in &pooled.freezes {
            self.frozen.remove(frozen);
        }
        self.total.subtract(&own);
        self.memory = self.memory.saturating_sub(pooled.memory);
        Some(pooled)
    }

    /// Takes out transactions and everything that stands on them, and says why; returns them, parents before
    /// children.
    pub(super) fn remove_with_descendants(
        &mut self,
        roots: impl IntoIterator<Item = Order>,
        reason: &RemovalReason,
    ) -> Vec<Pooled> {
        let all = self.closure(roots, |place| &place.children);
        let mut removed = Vec::new();
        for order in all.into_iter().rev() {
            removed.extend(self.remove(order));
        }
        removed.reverse();
        for pooled in &removed {
            tracing::debug!(txid = %pooled.entry.txid, reason = reason.code(), "left the mempool");
            self.removals.note(pooled.entry.txid, reason.clone());
            self.thawed |= !pooled.freezes.is_empty();
        }
        removed
    }

    /// Takes out a transaction that proved bad in the making of a block, with all that stands on it.
    pub(crate) fn drop_bad(&mut self, txid: &Txid, code: &'static str) {
        if let Some(order) = self.by_txid.get(txid).copied() {
            self.remove_with_descendants([order], &RemovalReason::Invalid { code });
        }
    }

    /// Takes everything out, to be judged again.
    pub(super) fn drain(&mut self) -> Vec<Pooled> {
        self.revision += 1;
        self.by_txid.clear();
        self.by_wtxid.clear();
        self.spenders.clear();
        self.by_mining.clear();
        self.by_keeping.clear();
        self.frozen.clear();
        self.handles.clear();
        self.changes.clear();
        self.total = Tally::default();
        self.memory = 0;
        let places = std::mem::take(&mut self.entries).into_values();
        places.map(|place| place.pooled).collect()
    }

    /// Returns what a transaction would do to the registry.
    #[cfg(test)]
    pub(super) fn changes_at(&self, order: Order) -> &[Change] {
        self.changes.get(&order).map_or(&[], Vec::as_slice)
    }

    /// Makes the pool as small as this, in bytes.
    #[cfg(test)]
    pub(crate) fn set_max_memory(&mut self, bytes: u64) {
        self.max_memory = bytes;
    }

    /// Puts a transaction in that no rule has seen, as an unknown fault might.
    #[cfg(test)]
    pub(crate) fn insert_unchecked(&mut self, tx: Transaction) {
        let pooled = super::tests::pooled(tx, 1_000, 0);
        self.insert(pooled, Vec::new());
    }
}

/// Returns the handles that changes register.
fn handles(changes: &[Change]) -> impl Iterator<Item = (String, IdentityId)> {
    changes.iter().filter_map(|change| match change {
        Change::Identity { after } => Some((after.handle.clone(), after.id)),
        Change::Asset { .. } | Change::Freeze { .. } | Change::Record(_) => None,
    })
}
