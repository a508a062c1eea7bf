//! The mempool seen by owner: pure, from a snapshot.
use std::collections::BTreeMap;
use std::sync::Arc;

use bitcoin::{OutPoint, Txid};
use moneta_chain::ScriptId;
use moneta_node_api::{MempoolEntry, MempoolSnapshot};

use crate::{ScriptTotals, UnspentCoin};

/// What waits for a block, by owner.
#[derive(Debug, Default)]
pub struct Pending {
    snapshot: Arc<MempoolSnapshot>,
    scripts: BTreeMap<ScriptId, PendingScript>,
    positions: BTreeMap<Txid, usize>,
}

/// What waits for a block and touches one script.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PendingScript {
    /// What the waiting transactions would add to the script's totals.
    pub totals: ScriptTotals,
    /// The waiting transactions, newest last; parents stand before children.
    pub transactions: Vec<Txid>,
    /// Coins they would create and that no waiting transaction spends.
    pub created: Vec<UnspentCoin>,
    /// Coins of the script they spend, confirmed or waiting themselves, and by which transaction.
    pub spent: BTreeMap<OutPoint, Txid>,
}

impl Pending {
    /// Sorts a snapshot by owner.
    pub fn of(_snapshot: Arc<MempoolSnapshot>) -> Self {
        unimplemented!("pending view")
    }

    /// Returns the snapshot it was made from.
    pub fn snapshot(&self) -> &Arc<MempoolSnapshot> {
        &self.snapshot
    }

    /// Returns what waits for a script, if anything does.
    pub fn script(&self, id: &ScriptId) -> Option<&PendingScript> {
        self.scripts.get(id)
    }

    /// Returns a waiting transaction.
    pub fn transaction(&self, txid: &Txid) -> Option<&Arc<MempoolEntry>> {
        self.snapshot.entries.get(*self.positions.get(txid)?)
    }

    /// Returns the waiting transaction that spends `coin`, and by which input.
    pub fn spender(&self, coin: &OutPoint) -> Option<(Txid, u32)> {
        let _ = coin;
        unimplemented!("pending view")
    }
}
