//! The chain with the pool laid over it: what a transaction sees that waits behind others.
use bitcoin::OutPoint;
use moneta_consensus::CoinView;
use moneta_mips::Coin;

use super::Mempool;
use crate::chain::Chain;

/// Tip and pool as rules see them.
pub(crate) struct PoolView<'a> {
    chain: &'a Chain,
    pool: &'a Mempool,
}

impl<'a> PoolView<'a> {
    pub(super) const fn new(chain: &'a Chain, pool: &'a Mempool) -> Self {
        Self { chain, pool }
    }
}

impl CoinView for PoolView<'_> {
    /// Coins that waiting transactions spend are still there: a conflict has its own name.
    fn coin(&self, outpoint: &OutPoint) -> Option<Coin> {
        if let Some(pooled) = self.pool.get(&outpoint.txid) {
            let entry = &pooled.entry;
            let output = entry
                .transaction
                .output
                .get(usize::try_from(outpoint.vout).ok()?)?;
            return Some(Coin {
                output: output.clone(),
                height: self.chain.tip().height.next(),
                coinbase: false,
                attachment: entry.attachments.get(&outpoint.vout).cloned(),
            });
        }
        self.chain.state().coin(outpoint)
    }
}
