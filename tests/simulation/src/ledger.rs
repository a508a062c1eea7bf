//! A plain ledger: what the blocks of a chain say, read without a single rule, held against what a node says.
use std::collections::BTreeMap;

use bitcoin::{OutPoint, Transaction};
use moneta_chain::{Height, SealedBlock};
use moneta_mips::{AssetId, Attachment, find_envelope};
use moneta_node_api::NodeApi;

use crate::node::params;
use crate::violation::Violation;
use crate::world::World;

/// What is unspent, and what is gone for good.
#[derive(Default)]
struct Ledger {
    coins: BTreeMap<OutPoint, (u64, Option<Attachment>)>,
    burned: u64,
    subsidies: u64,
}

impl Ledger {
    fn read(&mut self, height: Height, block: &SealedBlock) -> Result<(), String> {
        self.subsidies += params().subsidy(height).to_sat();
        for tx in &block.block.txdata {
            self.read_transaction(tx)?;
        }
        Ok(())
    }

    fn read_transaction(&mut self, tx: &Transaction) -> Result<(), String> {
        if !tx.is_coinbase() {
            for input in &tx.input {
                let spent = self.coins.remove(&input.previous_output);
                spent.ok_or_else(|| format!("{} is spent twice", input.previous_output))?;
            }
        }
        let envelope = find_envelope(tx).map_err(|error| error.to_string())?;
        let allocations = envelope.map(|found| found.envelope.allocations);
        let allocations = allocations.unwrap_or_default();
        let txid = tx.compute_txid();
        for (vout, output) in (0..).zip(&tx.output) {
            let value = output.value.to_sat();
            if output.script_pubkey.is_op_return() {
                self.burned += value;
                continue;
            }
            let attachment = allocations.iter().find(|one| one.vout == vout);
            let attachment = attachment.map(|one| one.attachment.clone());
            self.coins
                .insert(OutPoint::new(txid, vout), (value, attachment));
        }
        Ok(())
    }

    fn units(&self) -> BTreeMap<AssetId, u64> {
        let mut units = BTreeMap::new();
        for (_, attachment) in self.coins.values() {
            if let Some(Attachment::Asset { id, amount }) = attachment {
                *units.entry(*id).or_default() += amount;
            }
        }
        units
    }
}

impl World<'_> {
    /// Holds a node's chain against what the node says of it.
    ///
    /// # Errors
    /// They differ.
    pub(crate) fn check_ledger(&self, node: usize) -> Result<(), Violation> {
        let differs = |what| Violation::LedgerDiffers { node, what };
        let mut ledger = Ledger::default();
        let tip = self.tip(node).map_or(Height::GENESIS, |tip| tip.height);
        for height in (1..=tip.to_u32()).map(Height::new) {
            let block = self.id_at(node, height).and_then(|id| self.block(node, id));
            let block = block.ok_or_else(|| differs(format!("block {height} is not there")))?;
            ledger.read(height, &block).map_err(differs)?;
        }
        let unspent: u64 = ledger.coins.values().map(|(value, _)| value).sum();
        if unspent + ledger.burned != ledger.subsidies {
            let (burned, made) = (ledger.burned, ledger.subsidies);
            return Err(differs(format!(
                "{unspent} grains unspent and {burned} burned of {made} that were made"
            )));
        }
        for (outpoint, (value, attachment)) in &ledger.coins {
            let coin = self.coin(node, *outpoint);
            let known = coin.map(|coin| (coin.output.value.to_sat(), coin.attachment));
            if known != Some((*value, attachment.clone())) {
                return Err(differs(format!(
                    "{outpoint} is {value} with {attachment:?}, to the node {known:?}"
                )));
            }
        }
        for (asset, units) in ledger.units() {
            let known = self
                .ask(node, async |local| local.asset(asset).await)
                .flatten();
            let supply = known.map(|asset| asset.supply);
            if supply != Some(units) {
                return Err(differs(format!(
                    "{units} units of {asset}, to the node {supply:?}"
                )));
            }
        }
        Ok(())
    }
}
