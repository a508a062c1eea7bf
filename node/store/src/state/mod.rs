//! What the best chain amounts to at its tip: the unspent coins, and the registry.

mod digest;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use bitcoin::{OutPoint, Transaction, TxOut};
use moneta_chain::Height;
use moneta_consensus::{CoinView, ValidTransaction, is_coin};
use moneta_mips::{Coin, Registry};

pub use digest::StateDigest;

/// Unspent coins and registry at one block. Every block applied can be taken back exactly.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChainState {
    /// Its order is never looked at: rules ask for single coins, the digest sorts.
    coins: HashMap<OutPoint, Coin>,
    registry: Registry,
}

impl ChainState {
    /// Returns the state after genesis: nothing, as its coinbase can't be spent (Bitcoin's rule).
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the registry.
    pub const fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Returns how many coins there are.
    pub fn coin_count(&self) -> usize {
        self.coins.len()
    }

    /// Applies the block at `height` whose `transactions` do `effects`. This state must be at its parent,
    /// and the effects must be those that the rules found there.
    pub fn apply(
        &mut self,
        height: Height,
        transactions: &[Transaction],
        effects: &[ValidTransaction],
    ) {
        for (tx, effect) in transactions.iter().zip(effects) {
            let coinbase = tx.is_coinbase();
            if !coinbase {
                for input in &tx.input {
                    self.coins.remove(&input.previous_output);
                }
            }
            for (vout, output) in spendable_outputs(tx) {
                let coin = Coin {
                    output: output.clone(),
                    height,
                    coinbase,
                    attachment: effect.attachments.get(&vout).cloned(),
                };
                self.coins.insert(OutPoint::new(effect.txid, vout), coin);
            }
            for change in &effect.changes {
                self.registry.apply(change);
            }
        }
    }

    /// Takes back the block applied last: the same arguments, the reverse of [`Self::apply`].
    pub fn undo(&mut self, transactions: &[Transaction], effects: &[ValidTransaction]) {
        for (tx, effect) in transactions.iter().zip(effects).rev() {
            for change in effect.changes.iter().rev() {
                self.registry.undo(change);
            }
            for (vout, _) in spendable_outputs(tx) {
                self.coins.remove(&OutPoint::new(effect.txid, vout));
            }
            for (input, coin) in tx.input.iter().zip(&effect.spent) {
                self.coins.insert(input.previous_output, coin.clone());
            }
        }
    }
}

impl CoinView for ChainState {
    fn coin(&self, outpoint: &OutPoint) -> Option<Coin> {
        self.coins.get(outpoint).cloned()
    }
}

/// Returns the outputs that become coins: all but those that no input can ever spend.
fn spendable_outputs(tx: &Transaction) -> impl Iterator<Item = (u32, &TxOut)> {
    (0_u32..)
        .zip(&tx.output)
        .filter(|(_, output)| is_coin(output))
}
