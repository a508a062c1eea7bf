//! The mempool seen by owner: pure, from a snapshot.
use std::collections::BTreeMap;
use std::sync::Arc;

use bitcoin::{OutPoint, Script, Txid};
use moneta_chain::{Height, ScriptId};
use moneta_mips::Coin;
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
    /// Coins they would create and that no waiting transaction spends. Their height is 0: they have none yet.
    pub created: Vec<UnspentCoin>,
    /// Coins of the script they spend, confirmed or waiting themselves, and by which transaction.
    pub spent: BTreeMap<OutPoint, Txid>,
}

impl Pending {
    /// Sorts a snapshot by owner.
    pub fn of(snapshot: Arc<MempoolSnapshot>) -> Self {
        let mut scripts = BTreeMap::<ScriptId, PendingScript>::new();
        let mut positions = BTreeMap::new();
        for (position, entry) in snapshot.entries.iter().enumerate() {
            positions.insert(entry.txid, position);
            spend(entry, &mut scripts);
            create(entry, &snapshot, &mut scripts);
        }
        Self {
            snapshot,
            scripts,
            positions,
        }
    }

    /// Returns the snapshot it was made from.
    pub const fn snapshot(&self) -> &Arc<MempoolSnapshot> {
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
        let txid = self.snapshot.spenders.get(coin)?;
        let inputs = &self.transaction(txid)?.transaction.input;
        let (vin, _) = (0u32..)
            .zip(inputs)
            .find(|(_, input)| input.previous_output == *coin)?;
        Some((*txid, vin))
    }
}

fn spend(entry: &MempoolEntry, scripts: &mut BTreeMap<ScriptId, PendingScript>) {
    for (input, coin) in entry.transaction.input.iter().zip(&entry.spent) {
        let owner = touch(scripts, &coin.output.script_pubkey, entry.txid);
        owner.spent.insert(input.previous_output, entry.txid);
        let totals = &mut owner.totals;
        totals.spent_count = totals.spent_count.saturating_add(1);
        let grains = coin.output.value.to_sat();
        totals.spent_grains = totals.spent_grains.saturating_add(grains);
    }
}

fn create(
    entry: &MempoolEntry,
    snapshot: &MempoolSnapshot,
    scripts: &mut BTreeMap<ScriptId, PendingScript>,
) {
    for (vout, output) in (0u32..).zip(&entry.transaction.output) {
        if output.script_pubkey.is_op_return() {
            continue;
        }
        let owner = touch(scripts, &output.script_pubkey, entry.txid);
        let totals = &mut owner.totals;
        totals.funded_count = totals.funded_count.saturating_add(1);
        totals.funded_grains = totals.funded_grains.saturating_add(output.value.to_sat());
        let outpoint = OutPoint::new(entry.txid, vout);
        if snapshot.spenders.contains_key(&outpoint) {
            continue;
        }
        let coin = Coin {
            output: output.clone(),
            height: Height::GENESIS,
            coinbase: false,
            attachment: entry.attachments.get(&vout).cloned(),
        };
        owner.created.push(UnspentCoin {
            outpoint,
            coin,
            taken: None,
        });
    }
}

/// Returns the row of a script, the transaction counted once.
fn touch<'a>(
    scripts: &'a mut BTreeMap<ScriptId, PendingScript>,
    script: &Script,
    txid: Txid,
) -> &'a mut PendingScript {
    let owner = scripts.entry(ScriptId::of(script)).or_default();
    // Entries come one after another, so a transaction seen before is the last one seen.
    if owner.transactions.last() != Some(&txid) {
        owner.transactions.push(txid);
        owner.totals.transactions = owner.totals.transactions.saturating_add(1);
    }
    owner
}
