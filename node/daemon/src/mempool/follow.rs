//! Keeping the pool true to the chain: after every move of the tip, all of it is judged again.
use std::sync::Arc;

use bitcoin::Transaction;
use moneta_consensus::{ScriptTrust, TransactionError};

use super::{Mempool, PoolError};
use crate::chain::Chain;

/// Most transactions that rest at a time.
const MAX_RESTING: usize = 1_000;
/// Most moves of the tip that a transaction rests through: more than any lock that a reorganisation
/// could have put between it and the next block.
const MAX_RESTS: u32 = 144;

/// A transaction that was good, can't stand in the next block since the tip moved, and may in a later one:
/// a reorganisation took back the block of the role coin that it uses, for example.
#[derive(Debug, Clone)]
pub(super) struct Resting {
    tx: Arc<Transaction>,
    arrived: u64,
    rests: u32,
}

impl Mempool {
    /// Judges everything again at the new tip. `returned` are transactions of blocks that were taken
    /// back, in chain order: they come first, as waiting ones may stand on them. What rests comes last, as it
    /// may stand on either, and neither on it: nothing gets in over a transaction that is not there.
    ///
    /// Scripts are not run again: a script sees nothing but its transaction and the coins it spends,
    /// and a coin of the same name is the same coin.
    pub(crate) fn follow(&mut self, chain: &Chain, returned: Vec<Arc<Transaction>>, now: u64) {
        let rested = std::mem::take(&mut self.resting);
        let waiting = self.drain();
        let fresh = |tx, arrived| Resting {
            tx,
            arrived,
            rests: 0,
        };
        let returned = returned.into_iter().map(|tx| fresh(tx, now));
        let waiting = waiting
            .into_iter()
            .map(|pooled| fresh(Arc::clone(&pooled.entry.transaction), pooled.entry.arrived));
        for candidate in returned.chain(waiting).chain(rested) {
            self.take_back(candidate, chain);
        }
    }

    fn take_back(&mut self, candidate: Resting, chain: &Chain) {
        let Resting { tx, arrived, rests } = candidate;
        if self.get(&tx.compute_txid()).is_some() {
            return;
        }
        match self.consider(&tx, chain, ScriptTrust::AssumeChecked, arrived) {
            Ok(candidate) => self.admit(candidate),
            Err(error) if self.may_come_later(&error) && rests < MAX_RESTS => {
                if self.resting.len() < MAX_RESTING {
                    let rests = rests + 1;
                    self.resting.push(Resting { tx, arrived, rests });
                }
            }
            Err(error) => {
                tracing::debug!(txid = %tx.compute_txid(), %error, "left the mempool");
            }
        }
    }

    /// Tells whether a transaction that is refused for this reason may be good in a later block.
    fn may_come_later(&self, error: &PoolError) -> bool {
        let PoolError::Rule(rule) = error else {
            return matches!(error, PoolError::ChainTooLong { .. });
        };
        match rule {
            TransactionError::MissingInput { outpoint } => {
                let parent = |resting: &Resting| resting.tx.compute_txid() == outpoint.txid;
                self.resting.iter().any(parent)
            }
            TransactionError::NotFinal { .. }
            | TransactionError::ImmatureCoinbase { .. }
            | TransactionError::LockedUntilHeight { .. }
            | TransactionError::LockedUntilTime { .. } => true,
            rule => rule.code() == "mip0003.role_immature",
        }
    }
}
