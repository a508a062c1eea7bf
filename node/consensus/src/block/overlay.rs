//! What the transactions of a block have changed so far, over the state below it.
use std::collections::BTreeMap;

use bitcoin::{OutPoint, Transaction, TxOut};
use moneta_chain::Height;
use moneta_mips::Coin;

use crate::{CoinView, ValidTransaction};

/// Longest script that can ever run, in bytes.
const MAX_SCRIPT_LEN: usize = 10_000;

/// Tells whether an output becomes a coin: not if no input can ever spend it.
pub fn is_coin(output: &TxOut) -> bool {
    let script = &output.script_pubkey;
    !script.is_op_return() && script.len() <= MAX_SCRIPT_LEN
}

/// Coins after the transactions so far: `None` where one was spent.
pub(super) struct CoinOverlay<'a> {
    below: &'a dyn CoinView,
    changed: BTreeMap<OutPoint, Option<Coin>>,
}

impl<'a> CoinOverlay<'a> {
    pub(super) const fn new(below: &'a dyn CoinView) -> Self {
        Self {
            below,
            changed: BTreeMap::new(),
        }
    }

    /// Spends the inputs of a transaction and adds its outputs.
    pub(super) fn apply(&mut self, tx: &Transaction, effect: &ValidTransaction, height: Height) {
        let coinbase = tx.is_coinbase();
        if !coinbase {
            let outpoints = tx.input.iter().map(|input| input.previous_output);
            self.changed
                .extend(outpoints.map(|outpoint| (outpoint, None)));
        }
        for (vout, output) in (0..).zip(&tx.output).filter(|(_, output)| is_coin(output)) {
            let coin = Coin {
                output: output.clone(),
                height,
                coinbase,
                attachment: effect.attachments.get(&vout).cloned(),
            };
            let outpoint = OutPoint::new(effect.txid, vout);
            self.changed.insert(outpoint, Some(coin));
        }
    }
}

impl CoinView for CoinOverlay<'_> {
    fn coin(&self, outpoint: &OutPoint) -> Option<Coin> {
        match self.changed.get(outpoint) {
            Some(changed) => changed.clone(),
            None => self.below.coin(outpoint),
        }
    }
}
