//! Keeping the pool true to the chain: after every move of the tip, all of it is judged again.
use std::sync::Arc;

use bitcoin::Transaction;
use moneta_consensus::ScriptTrust;

use super::Mempool;
use crate::chain::Chain;

impl Mempool {
    /// Judges everything again at the new tip. `returned` are transactions of blocks that were taken
    /// back, in chain order: they come first, as waiting ones may stand on them.
    ///
    /// Scripts are not run again: a script sees nothing but its transaction and the coins it spends,
    /// and a coin of the same name is the same coin.
    pub(crate) fn follow(&mut self, chain: &Chain, returned: Vec<Arc<Transaction>>, now: u64) {
        let waiting = self.drain();
        let returned = returned.into_iter().map(|tx| (tx, now));
        let waiting = waiting
            .into_iter()
            .map(|pooled| (Arc::clone(&pooled.entry.transaction), pooled.entry.arrived));
        for (tx, arrived) in returned.chain(waiting) {
            match self.consider(&tx, chain, ScriptTrust::AssumeChecked, arrived) {
                Ok(candidate) => self.admit(candidate),
                Err(error) => {
                    tracing::debug!(txid = %tx.compute_txid(), %error, "left the mempool");
                }
            }
        }
    }
}
