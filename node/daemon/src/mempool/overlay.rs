//! The coins of the chain with those of the pool laid over them: what a transaction sees that waits
//! behind others.
use bitcoin::OutPoint;
use moneta_consensus::{CoinView, is_coin};
use moneta_mips::Coin;

use super::Mempool;
use crate::chain::Chain;

/// Coins of tip and pool together.
///
/// Those that waiting transactions spend are still there: a conflict has its own name.
pub(super) struct PoolCoins<'a> {
    chain: &'a Chain,
    pool: &'a Mempool,
}

impl<'a> PoolCoins<'a> {
    pub(super) const fn new(chain: &'a Chain, pool: &'a Mempool) -> Self {
        Self { chain, pool }
    }
}

impl CoinView for PoolCoins<'_> {
    fn coin(&self, outpoint: &OutPoint) -> Option<Coin> {
        let Some(pooled) = self.pool.get(&outpoint.txid) else {
            return self.chain.state().coin(outpoint);
        };
        let entry = &pooled.entry;
        let vout = usize::try_from(outpoint.vout).ok()?;
        let output = entry.transaction.output.get(vout);
        Some(Coin {
            output: output.filter(|output| is_coin(output))?.clone(),
            height: self.chain.tip().height.next(),
            coinbase: false,
            attachment: entry.attachments.get(&outpoint.vout).cloned(),
        })
    }
}
