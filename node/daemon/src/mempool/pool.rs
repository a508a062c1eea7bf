//! The transactions of the pool, in an order in which parents stand before children.
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use bitcoin::{OutPoint, Txid};
use moneta_mips::{AssetId, Attachment, Change, IdentityId};
use moneta_node_api::{MempoolEntry, MempoolSnapshot};

use super::follow::Resting;
use super::policy::MAX_POOL_VSIZE;
use super::rate::FeeRate;

/// A transaction of the pool.
#[derive(Debug, Clone)]
pub(crate) struct Pooled {
    pub(crate) entry: Arc<MempoolEntry>,
    /// Coins it would freeze.
    pub(crate) freezes: Vec<(AssetId, OutPoint)>,
    /// What its signature operations cost of a block's budget.
    pub(crate) sigop_cost: u64,
}

impl Pooled {
    /// Tells whether the transaction spends this coin and the coin holds units of this asset.
    fn spends_units(&self, outpoint: &OutPoint, asset: &AssetId) -> bool {
        let inputs = self.entry.transaction.input.iter();
        inputs.zip(&self.entry.spent).any(|(input, coin)| {
            input.previous_output == *outpoint
                && matches!(&coin.attachment, Some(Attachment::Asset { id, .. }) if id == asset)
        })
    }
}

/// Transactions that wait for a block.
#[derive(Debug)]
pub(crate) struct Mempool {
    /// By order of arrival, so parents come before children.
    pub(super) entries: BTreeMap<u64, Pooled>,
    pub(super) by_txid: HashMap<Txid, u64>,
    pub(super) spenders: BTreeMap<OutPoint, Txid>,
    /// By what they pay themselves, the cheapest first and of equals the youngest.
    pub(super) by_rate: BTreeSet<(FeeRate, Reverse<u64>)>,
    pub(super) vsize: u64,
    pub(super) max_vsize: u64,
    /// A coin stands here for one transaction only: it takes the right to freeze, which is on one coin.
    frozen: BTreeSet<(AssetId, OutPoint)>,
    /// Handles that they would register.
    handles: BTreeMap<String, IdentityId>,
    /// What they would do to the registry, by the same order; most do nothing.
    changes: BTreeMap<u64, Vec<Change>>,
    /// Not in the pool at present: see there.
    pub(super) resting: Vec<Resting>,
    arrivals: u64,
    revision: u64,
}

impl Default for Mempool {
    fn default() -> Self {
        Self {
            entries: BTreeMap::new(),
            by_txid: HashMap::new(),
            spenders: BTreeMap::new(),
            by_rate: BTreeSet::new(),
            vsize: 0,
            max_vsize: MAX_POOL_VSIZE,
            frozen: BTreeSet::new(),
            handles: BTreeMap::new(),
            changes: BTreeMap::new(),
            resting: Vec::new(),
            arrivals: 0,
            revision: 0,
        }
    }
}

impl Mempool {
    /// Returns a transaction of the pool.
    pub(crate) fn get(&self, txid: &Txid) -> Option<&Pooled> {
        self.entries.get(self.by_txid.get(txid)?)
    }

    /// Changes whenever the pool does.
    pub(crate) const fn revision(&self) -> u64 {
        self.revision
    }

    /// Returns every transaction, parents before children.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Pooled> {
        self.entries.values()
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
    pub(super) const fn frozen(&self) -> &BTreeSet<(AssetId, OutPoint)> {
        &self.frozen
    }

    /// Returns what all transactions together would do to the registry, in order.
    pub(super) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.changes.values().flatten()
    }

    /// Returns what these transactions would do to the registry, parents before children.
    pub(super) fn changes_of(&self, txids: &BTreeSet<Txid>) -> impl Iterator<Item = &Change> {
        let orders: BTreeSet<u64> = txids
            .iter()
            .filter_map(|txid| self.by_txid.get(txid).copied())
            .collect();
        orders
            .into_iter()
            .filter_map(|order| self.changes.get(&order))
            .flatten()
    }

    /// Returns the identity that a transaction of the pool would register under this handle.
    pub(super) fn waiting_identity(&self, handle: &str) -> Option<IdentityId> {
        self.handles.get(handle).copied()
    }

    /// Returns the transactions of the pool that spend one of these coins and units of its asset with
    /// it. A freeze says nothing of a coin that holds something else.
    pub(super) fn spenders_of(&self, coins: &[(AssetId, OutPoint)]) -> BTreeSet<Txid> {
        coins
            .iter()
            .filter_map(|(asset, outpoint)| {
                let txid = self.spenders.get(outpoint)?;
                self.get(txid)?
                    .spends_units(outpoint, asset)
                    .then_some(*txid)
            })
            .collect()
    }

    /// Adds a transaction that was found good; its parents are there already.
    pub(super) fn insert(&mut self, pooled: Pooled, changes: Vec<Change>) {
        self.revision += 1;
        self.arrivals += 1;
        self.handles.extend(handles(&changes));
        if !changes.is_empty() {
            self.changes.insert(self.arrivals, changes);
        }
        let txid = pooled.entry.txid;
        for input in &pooled.entry.transaction.input {
            self.spenders.insert(input.previous_output, txid);
        }
        self.vsize += pooled.entry.vsize;
        self.by_rate
            .insert((FeeRate::of(&pooled.entry), Reverse(self.arrivals)));
        self.frozen.extend(pooled.freezes.iter().copied());
        self.by_txid.insert(txid, self.arrivals);
        self.entries.insert(self.arrivals, pooled);
    }

    /// Puts a transaction in that no rule has seen, as an unknown fault might.
    #[cfg(test)]
    pub(crate) fn insert_unchecked(&mut self, tx: bitcoin::Transaction) {
        let entry = MempoolEntry {
            txid: tx.compute_txid(),
            vsize: tx.vsize() as u64,
            spent: Vec::new(),
            attachments: BTreeMap::new(),
            fee: bitcoin::Amount::from_sat(1_000),
            arrived: 0,
            transaction: Arc::new(tx),
        };
        let pooled = Pooled {
            entry: Arc::new(entry),
            freezes: Vec::new(),
            sigop_cost: 0,
        };
        self.insert(pooled, Vec::new());
    }

    /// Takes out a transaction and everything that stands on it.
    pub(crate) fn remove_with_descendants(&mut self, txid: &Txid) {
        for txid in self.descendants(txid) {
            let Some(order) = self.by_txid.remove(&txid) else {
                continue;
            };
            for (handle, _) in handles(&self.changes.remove(&order).unwrap_or_default()) {
                self.handles.remove(&handle);
            }
            let Some(pooled) = self.entries.remove(&order) else {
                continue;
            };
            self.revision += 1;
            self.vsize = self.vsize.saturating_sub(pooled.entry.vsize);
            self.by_rate
                .remove(&(FeeRate::of(&pooled.entry), Reverse(order)));
            for input in &pooled.entry.transaction.input {
                self.spenders.remove(&input.previous_output);
            }
            for frozen in &pooled.freezes {
                self.frozen.remove(frozen);
            }
        }
    }

    /// Takes everything out, to be judged again.
    pub(super) fn drain(&mut self) -> Vec<Pooled> {
        self.revision += 1;
        self.by_txid.clear();
        self.spenders.clear();
        self.by_rate.clear();
        self.frozen.clear();
        self.handles.clear();
        self.changes.clear();
        self.vsize = 0;
        std::mem::take(&mut self.entries).into_values().collect()
    }
}

/// Returns the handles that changes register.
fn handles(changes: &[Change]) -> impl Iterator<Item = (String, IdentityId)> {
    changes.iter().filter_map(|change| match change {
        Change::Identity { after } => Some((after.handle.clone(), after.id)),
        Change::Asset { .. } | Change::Freeze { .. } | Change::Record(_) => None,
    })
}
