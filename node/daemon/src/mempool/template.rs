//! What goes into the next block. What depends on more than coins is judged once more on its way: a bad transaction
//! costs itself and what stands on it, never the block (Ravencoin #628).
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use bitcoin::{Amount, OutPoint, Transaction, Txid};
use moneta_consensus::{CoinView, ScriptTrust, TransactionError};
use moneta_mips::{Coin, RegistryOverlay, Target};

use super::overlay::PoolCoins;
use super::pool::{Order, Pooled};
use super::select::Room;
use super::{Mempool, PoolError};
use crate::chain::Chain;
use crate::rules;

/// The transactions of a block, its coinbase left aside.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// Parents before children.
    pub(crate) transactions: Vec<Arc<Transaction>>,
    /// What they pay together.
    pub(crate) fees: Amount,
    /// Transactions of the pool that did not pass, and the rule they broke.
    pub(crate) dropped: Vec<(Txid, &'static str)>,
}

/// A block that is being filled.
struct Draft<'a> {
    pool: &'a Mempool,
    chain: &'a Chain,
    registry: RegistryOverlay<'a>,
    frozen: BTreeSet<Target>,
    taken: HashSet<Order>,
    /// Kept only where nothing is taken on trust: the pool sees to it that no two spend one coin.
    spent: HashSet<OutPoint>,
}

impl Mempool {
    /// Returns transactions for the next block that fit `room` and are valid in this order. With
    /// [`ScriptTrust::Verify`] each is judged again by every rule.
    pub(crate) fn contents(&self, chain: &Chain, room: Room, scripts: ScriptTrust) -> Contents {
        let mut draft = Draft {
            pool: self,
            chain,
            registry: RegistryOverlay::new(chain.state().registry()),
            frozen: BTreeSet::new(),
            taken: HashSet::new(),
            spent: HashSet::new(),
        };
        let mut contents = Contents::default();
        for order in self.select(room) {
            let pooled = &self.entries[&order].pooled;
            match draft.add(order, scripts) {
                Ok(()) => {
                    contents.fees += pooled.entry.fee;
                    let tx = Arc::clone(&pooled.entry.transaction);
                    contents.transactions.push(tx);
                }
                Err(error) => {
                    let txid = pooled.entry.txid;
                    tracing::warn!(%txid, %error, "left a bad transaction out of the block");
                    contents.dropped.push((txid, error.code()));
                }
            }
        }
        contents
    }
}

impl Draft<'_> {
    fn add(&mut self, order: Order, scripts: ScriptTrust) -> Result<(), PoolError> {
        let place = &self.pool.entries[&order];
        let pooled = &place.pooled;
        if scripts == ScriptTrust::Verify {
            for input in &pooled.entry.transaction.input {
                let outpoint = input.previous_output;
                if self.spent.contains(&outpoint) {
                    return Err(TransactionError::MissingInput { outpoint }.into());
                }
            }
        }
        let trusted = pooled.plain && scripts == ScriptTrust::AssumeChecked;
        if !(trusted
            && place
                .parents
                .iter()
                .all(|parent| self.taken.contains(parent)))
        {
            self.judge(pooled, scripts)?;
        }
        if scripts == ScriptTrust::Verify {
            let inputs = pooled.entry.transaction.input.iter();
            self.spent.extend(inputs.map(|input| input.previous_output));
        }
        self.frozen.extend(pooled.freezes.iter().copied());
        self.taken.insert(order);
        Ok(())
    }

    fn judge(&mut self, pooled: &Pooled, scripts: ScriptTrust) -> Result<(), PoolError> {
        let tx = &pooled.entry.transaction;
        let height = self.chain.tip().height.next();
        let frozen_out = self
            .pool
            .stopped_by(&pooled.freezes, &self.registry, height);
        if let Some(spender) = frozen_out.iter().find(|order| self.taken.contains(order)) {
            let spender = &self.pool.entries[spender].pooled;
            return Err(PoolError::FreezesOwnAncestor(spender.entry.txid));
        }
        let valid =
            rules::judge_transaction(tx, self.chain, self, &self.registry, &self.frozen, scripts)?;
        for change in &valid.changes {
            self.registry.apply(change);
        }
        Ok(())
    }
}

/// The coins of the chain and of what is in the draft already.
impl CoinView for Draft<'_> {
    fn coin(&self, outpoint: &OutPoint) -> Option<Coin> {
        let waits = self.pool.by_txid.get(&outpoint.txid);
        if waits.is_some_and(|order| !self.taken.contains(order)) {
            return None;
        }
        PoolCoins::new(self.chain, self.pool, &[]).coin(outpoint)
    }
}
