//! Running totals: what a block adds to each script and to each holding, one change apiece.
use std::collections::{BTreeMap, BTreeSet};

use bitcoin::{Script, Transaction, TxOut};
use moneta_chain::{Height, ScriptId};
use moneta_mips::{AssetId, Attachment};
use moneta_node_api::{ConnectedBlock, ConnectedTransaction};

use super::{Batch, RowChange, spent_as_it_counts};
use crate::ScriptTotals;

/// Tells whether anyone could ever spend an output. The outputs of genesis belong to nobody, as in Bitcoin.
pub(crate) fn is_spendable(output: &TxOut, height: Height) -> bool {
    height > Height::GENESIS && !output.script_pubkey.is_op_return()
}

/// The scripts that a transaction pays or spends from, each once.
pub(super) fn scripts_touched(
    transaction: &Transaction,
    did: &ConnectedTransaction,
    height: Height,
) -> BTreeSet<ScriptId> {
    let paid = transaction.output.iter();
    let paid = paid.filter(|output| is_spendable(output, height));
    let spent = did.spent.iter().map(|coin| &coin.output);
    paid.chain(spent)
        .map(|output| ScriptId::of(&output.script_pubkey))
        .collect()
}

pub(super) fn owner_rows(block: &ConnectedBlock, batch: &mut Batch) {
    let mut totals = BTreeMap::<&Script, ScriptTotals>::new();
    let mut holdings = BTreeMap::<(AssetId, ScriptId), i128>::new();
    let counted: Vec<_> = block
        .each()
        .map(|(transaction, did)| spent_as_it_counts(transaction, did))
        .collect();
    for ((transaction, did), spent) in block.each().zip(&counted) {
        let mut touched = BTreeSet::<&Script>::new();
        for coin in spent.iter() {
            let script = coin.output.script_pubkey.as_script();
            touched.insert(script);
            let total = totals.entry(script).or_default();
            total.spent_count = total.spent_count.wrapping_add(1);
            total.spent_grains = total.spent_grains.wrapping_add(coin.output.value.to_sat());
            hold(&mut holdings, coin.attachment.as_ref(), script, -1);
        }
        for (vout, output) in (0u32..).zip(&transaction.output) {
            if !is_spendable(output, block.height) {
                continue;
            }
            let script = output.script_pubkey.as_script();
            touched.insert(script);
            let total = totals.entry(script).or_default();
            total.funded_count = total.funded_count.wrapping_add(1);
            total.funded_grains = total.funded_grains.wrapping_add(output.value.to_sat());
            hold(&mut holdings, did.attachments.get(&vout), script, 1);
        }
        for script in touched {
            let total = totals.entry(script).or_default();
            total.transactions = total.transactions.wrapping_add(1);
        }
    }
    for (script, by) in totals {
        batch.changes.push(RowChange::Owner {
            script: script.to_owned(),
            by,
            grow: true,
        });
    }
    for ((asset, script), by) in holdings.into_iter().filter(|(_, by)| *by != 0) {
        batch.changes.push(RowChange::Holding { asset, script, by });
    }
}

fn hold(
    holdings: &mut BTreeMap<(AssetId, ScriptId), i128>,
    attachment: Option<&Attachment>,
    script: &Script,
    sign: i128,
) {
    if let Some(Attachment::Asset { id, amount }) = attachment {
        let held = holdings.entry((*id, ScriptId::of(script))).or_default();
        // At most 2^64 units an output and far fewer than 2^32 outputs a block.
        *held = held.saturating_add(sign.saturating_mul(i128::from(*amount)));
    }
}
