//! The coins of the chain with those of the pool laid over them, and the registry with what a
//! transaction stands on: what it sees that waits behind others.
use std::collections::BTreeSet;

use bitcoin::OutPoint;
use moneta_consensus::{CoinView, is_coin};
use moneta_mips::{Coin, Key, Record, RegistryOverlay, RegistryView};

use super::Mempool;
use super::admit::Candidate;
use super::pool::Order;
use crate::chain::Chain;

/// Coins of tip and pool together, and of what is about to be in the pool.
///
/// Those that waiting transactions spend are still there: a conflict has its own name.
pub(super) struct PoolCoins<'a> {
    chain: &'a Chain,
    pool: &'a Mempool,
    staged: &'a [Candidate],
}

impl<'a> PoolCoins<'a> {
    pub(super) const fn new(chain: &'a Chain, pool: &'a Mempool, staged: &'a [Candidate]) -> Self {
        Self {
            chain,
            pool,
            staged,
        }
    }
}

impl CoinView for PoolCoins<'_> {
    fn coin(&self, outpoint: &OutPoint) -> Option<Coin> {
        let mut staged = self.staged.iter().map(|candidate| &candidate.pooled);
        let staged = staged.find(|pooled| pooled.entry.txid == outpoint.txid);
        let Some(pooled) = staged.or_else(|| self.pool.get(&outpoint.txid)) else {
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

/// The registry of the tip with what a transaction's own ancestors do to it, and the handles that any
/// waiting transaction registers.
///
/// What others do is left out: a block may hold them later or not at all. Were a mint let in because a
/// burn waits, a mint that pays well and a burn that does not would take the room of every block and
/// fill none. So whatever is in the pool is valid in any order that keeps parents before children.
pub(super) struct PoolRegistry<'a> {
    own: RegistryOverlay<'a>,
    pool: &'a Mempool,
}

impl<'a> PoolRegistry<'a> {
    pub(super) fn new(
        chain: &'a Chain,
        pool: &'a Mempool,
        ancestors: &BTreeSet<Order>,
        staged: &[Candidate],
    ) -> Self {
        let mut own = RegistryOverlay::new(chain.state().registry());
        pool.changes_of(ancestors)
            .chain(staged.iter().flat_map(|before| &before.changes))
            .for_each(|change| own.apply(change));
        Self { own, pool }
    }
}

impl RegistryView for PoolRegistry<'_> {
    fn record(&self, key: &Key) -> Option<Record> {
        let own = self.own.record(key);
        own.or_else(|| match key {
            Key::Handle(handle) => self.pool.waiting_identity(handle).map(Record::Handle),
            _ => None,
        })
    }
}
