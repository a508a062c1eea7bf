//! What goes into the next block. What depends on more than coins is judged once more on its way: a bad transaction
//! costs itself and what stands on it, never the block (Ravencoin #628).
use std::collections::{BTreeSet, HashSet};

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
    pub(crate) transactions: Vec<Transaction>,
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
    taken: HashSet<Txid>,
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
                    contents
                        .transactions
                        .push(Transaction::clone(&pooled.entry.transaction));
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
        let inputs = || {
            pooled
                .entry
                .transaction
                .input
                .iter()
                .map(|input| input.previous_output)
        };
        if let Some(outpoint) = inputs().find(|outpoint| self.spent.contains(outpoint)) {
            return Err(TransactionError::MissingInput { outpoint }.into());
        }
        let stands = |parent| {
            self.taken
                .contains(&self.pool.entries[parent].pooled.entry.txid)
        };
        let known = pooled.plain && scripts == ScriptTrust::AssumeChecked;
        if !(known && place.parents.iter().all(stands)) {
            self.judge(pooled, scripts)?;
        }
        self.frozen.extend(pooled.freezes.iter().copied());
        self.taken.insert(pooled.entry.txid);
        self.spent.extend(inputs());
        Ok(())
    }

    fn judge(&mut self, pooled: &Pooled, scripts: ScriptTrust) -> Result<(), PoolError> {
        let tx = &pooled.entry.transaction;
        let height = self.chain.tip().height.next();
        let frozen_out = self
            .pool
            .stopped_by(&pooled.freezes, &self.registry, height);
        let mut frozen_out = frozen_out
            .iter()
            .map(|order| &self.pool.entries[order].pooled);
        if let Some(spender) = frozen_out.find(|spender| self.taken.contains(&spender.entry.txid)) {
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
        let waits = self.pool.get(&outpoint.txid).is_some();
        if waits && !self.taken.contains(&outpoint.txid) {
            return None;
        }
        PoolCoins::new(self.chain, self.pool, &[]).coin(outpoint)
    }
}
