//! What the transactions of a block have changed so far, over the state below it.
// Both maps are looked into and never walked through: their order plays no part.
#![allow(clippy::disallowed_types)]
use std::collections::{BTreeMap, HashMap, HashSet};

use bitcoin::{OutPoint, Transaction, TxOut, Txid};
use moneta_chain::Height;
use moneta_mips::{Attachment, Coin};

use crate::{CoinView, ValidTransaction};

/// Longest script that can ever run, in bytes.
const MAX_SCRIPT_LEN: usize = 10_000;

/// Tells whether an output becomes a coin: not if no input can ever spend it.
pub fn is_coin(output: &TxOut) -> bool {
    let script = &output.script_pubkey;
    !script.is_op_return() && script.len() <= MAX_SCRIPT_LEN
}

/// Coins after the transactions so far.
///
/// Few coins are spent in the block that makes them, so none is made before somebody asks for it.
pub(super) struct CoinOverlay<'a> {
    below: &'a dyn CoinView,
    height: Height,
    spent: HashSet<OutPoint>,
    created: HashMap<Txid, Created<'a>>,
}

struct Created<'a> {
    transaction: &'a Transaction,
    attachments: BTreeMap<u32, Attachment>,
}

impl<'a> CoinOverlay<'a> {
    /// Lays nothing over `below` so far; the block is at `height` and has this many transactions.
    pub(super) fn new(below: &'a dyn CoinView, height: Height, transactions: usize) -> Self {
        Self {
            below,
            height,
            spent: HashSet::with_capacity(transactions),
            created: HashMap::with_capacity(transactions),
        }
    }

    /// Spends the inputs of a transaction and adds its outputs.
    pub(super) fn apply(&mut self, transaction: &'a Transaction, effect: &ValidTransaction) {
        if !transaction.is_coinbase() {
            let inputs = transaction.input.iter();
            self.spent.extend(inputs.map(|input| input.previous_output));
        }
        let created = Created {
            transaction,
            attachments: effect.attachments.clone(),
        };
        self.created.insert(effect.txid, created);
    }

    fn created(&self, outpoint: &OutPoint) -> Option<Coin> {
        let Created {
            transaction,
            attachments,
        } = self.created.get(&outpoint.txid)?;
        let output = transaction
            .output
            .get(usize::try_from(outpoint.vout).ok()?)?;
        is_coin(output).then(|| Coin {
            output: output.clone(),
            height: self.height,
            coinbase: transaction.is_coinbase(),
            attachment: attachments.get(&outpoint.vout).cloned(),
        })
    }
}

impl CoinView for CoinOverlay<'_> {
    fn coin(&self, outpoint: &OutPoint) -> Option<Coin> {
        if self.spent.contains(outpoint) {
            return None;
        }
        self.created(outpoint).or_else(|| self.below.coin(outpoint))
    }
}
