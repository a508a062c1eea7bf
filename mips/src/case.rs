//! A transaction under judgement: what it spends, what it says, and the registry as its operations leave it.
use std::collections::BTreeSet;

use bitcoin::{OutPoint, Transaction, TxOut, Txid};
use moneta_chain::Height;

use crate::ledger::Ledger;
use crate::scripts::Scripts;
use crate::{Change, Coin, Envelope, FoundEnvelope, RegistryOverlay, Scene};

/// A transaction that carries an envelope, with what the rules ask about it.
pub(crate) struct Case<'a> {
    pub(crate) tx: &'a Transaction,
    pub(crate) spent: &'a [Coin],
    pub(crate) scripts: &'a Scripts<'a>,
    pub(crate) envelope: &'a Envelope,
    /// Height of the block that holds, or would hold, the transaction.
    pub(crate) height: Height,
    pub(crate) txid: Txid,
    /// What goes in and what comes out.
    pub(crate) ledger: Ledger,
    /// The registry after the operations that have been judged.
    pub(crate) registry: RegistryOverlay<'a>,
    /// The coins before this transaction, unspent.
    pub(crate) coins: &'a dyn Fn(&OutPoint) -> Option<Coin>,
    spent_in_block: &'a BTreeSet<OutPoint>,
    carrier: u32,
    changes: Vec<Change>,
}

impl<'a> Case<'a> {
    pub(crate) fn new(
        tx: &'a Transaction,
        spent: &'a [Coin],
        scripts: &'a Scripts<'a>,
        scene: &'a Scene<'_>,
        found: &'a FoundEnvelope,
    ) -> Self {
        Self {
            tx,
            spent,
            scripts,
            envelope: &found.envelope,
            height: scene.height,
            txid: tx.compute_txid(),
            ledger: Ledger::of(tx, spent, &found.envelope),
            registry: RegistryOverlay::new(scene.registry),
            coins: scene.coins,
            spent_in_block: scene.spent_in_block,
            carrier: found.vout,
            changes: Vec::new(),
        }
    }

    /// Tells whether the block, or this transaction alone where there is no block yet, spends a coin.
    pub(crate) fn is_spent_in_block(&self, coin: &OutPoint) -> bool {
        let mut inputs = self.tx.input.iter();
        self.spent_in_block.contains(coin) || inputs.any(|input| input.previous_output == *coin)
    }

    /// Returns the output with this index.
    pub(crate) fn output(&self, vout: u32) -> Option<&'a TxOut> {
        self.tx.output.get(usize::try_from(vout).ok()?)
    }

    /// Returns the output that carries the envelope; its value pays the registry.
    pub(crate) fn carrier(&self) -> Option<&'a TxOut> {
        self.output(self.carrier)
    }

    /// Returns the outpoint that makes the ids of this transaction unique.
    pub(crate) fn first_input(&self) -> OutPoint {
        self.tx
            .input
            .first()
            .map_or(OutPoint::null(), |input| input.previous_output)
    }

    /// Takes a change over: operations that follow see it. All that a transaction does to one asset is one
    /// change: an envelope has room for hundreds of burns, and each record is far longer than a burn.
    pub(crate) fn record(&mut self, change: Change) {
        self.registry.apply(&change);
        if let Change::Asset { after: new, .. } = &change {
            let of_asset = self.changes.iter_mut().find_map(|earlier| match earlier {
                Change::Asset { after, .. } if after.id == new.id => Some(after),
                _ => None,
            });
            if let Some(after) = of_asset {
                after.clone_from(new);
                return;
            }
        }
        self.changes.push(change);
    }

    /// Takes several changes over, in order.
    pub(crate) fn record_all(&mut self, changes: Vec<Change>) {
        changes.into_iter().for_each(|change| self.record(change));
    }

    pub(crate) fn into_changes(self) -> Vec<Change> {
        self.changes
    }
}

/// Returns each outpoint that `tx` spends with its coin.
pub(crate) fn inputs<'a>(
    tx: &'a Transaction,
    spent: &'a [Coin],
) -> impl Iterator<Item = (OutPoint, &'a Coin)> {
    let outpoints = tx.input.iter().map(|input| input.previous_output);
    outpoints.zip(spent)
}
