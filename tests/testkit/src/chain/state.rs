//! Coins and registry as the plainest maps there are.
use std::collections::BTreeMap;

use bitcoin::{OutPoint, Transaction};
use moneta_chain::Height;
use moneta_consensus::{CoinView, ValidTransaction, is_coin};
use moneta_mips::{Coin, Registry};

/// What a chain amounts to at one block.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TestState {
    /// The unspent coins.
    pub coins: BTreeMap<OutPoint, Coin>,
    /// Assets, freezes, identities.
    pub registry: Registry,
}

impl TestState {
    /// Applies a transaction of a block at `height`.
    pub fn apply(&mut self, tx: &Transaction, effect: &ValidTransaction, height: Height) {
        for input in &tx.input {
            self.coins.remove(&input.previous_output);
        }
        for (vout, output) in (0..).zip(&tx.output).filter(|(_, output)| is_coin(output)) {
            let coin = Coin {
                output: output.clone(),
                height,
                coinbase: tx.is_coinbase(),
                attachment: effect.attachments.get(&vout).cloned(),
            };
            self.coins.insert(OutPoint::new(effect.txid, vout), coin);
        }
        for change in &effect.changes {
            self.registry.apply(change);
        }
    }

    /// Takes back the transaction applied last.
    pub fn undo(&mut self, tx: &Transaction, effect: &ValidTransaction) {
        for change in effect.changes.iter().rev() {
            self.registry.undo(change);
        }
        for (vout, _) in (0..).zip(&tx.output) {
            self.coins.remove(&OutPoint::new(effect.txid, vout));
        }
        for (input, coin) in tx.input.iter().zip(&effect.spent) {
            self.coins.insert(input.previous_output, coin.clone());
        }
    }
}

impl CoinView for TestState {
    fn coin(&self, outpoint: &OutPoint) -> Option<Coin> {
        self.coins.get(outpoint).cloned()
    }
}
