//! What goes into the next block, judged once more on its way: a bad transaction costs itself and what
//! stands on it, never the block (Ravencoin #628).
use bitcoin::{Amount, Transaction, Txid};
use moneta_consensus::ScriptTrust;
use moneta_mips::RegistryOverlay;

use super::Mempool;
use super::select::Room;
use crate::chain::Chain;

/// The transactions of a block, its coinbase left aside.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// Parents before children.
    pub(crate) transactions: Vec<Transaction>,
    /// What they pay together.
    pub(crate) fees: Amount,
    /// Transactions of the pool that did not pass.
    pub(crate) dropped: Vec<Txid>,
}

impl Mempool {
    /// Returns transactions for the next block that fit `room` and are valid in this order.
    pub(crate) fn contents(
        &self,
        chain: &Chain,
        room: Room,
        scripts: ScriptTrust,
        now: u64,
    ) -> Contents {
        let mut block = Self::default();
        let mut dropped = Vec::new();
        let tip = chain.state().registry();
        let mut registry = RegistryOverlay::new(tip);
        for tx in self.select(room) {
            match block.consider_over(&tx, chain, &registry, scripts, now) {
                Ok(candidate) => {
                    let again = candidate.evicts_any();
                    let changes = candidate.changes().iter();
                    changes.for_each(|change| registry.apply(change));
                    block.admit(candidate);
                    if again {
                        registry = RegistryOverlay::new(tip);
                        block.changes().for_each(|change| registry.apply(change));
                    }
                }
                Err(error) => {
                    let txid = tx.compute_txid();
                    tracing::warn!(%txid, %error, "left a bad transaction out of the block");
                    dropped.push(txid);
                }
            }
        }
        let fees = block.iter().map(|pooled| pooled.entry.fee).sum();
        let transactions = block
            .iter()
            .map(|pooled| Transaction::clone(&pooled.entry.transaction))
            .collect();
        Contents {
            transactions,
            fees,
            dropped,
        }
    }
}
