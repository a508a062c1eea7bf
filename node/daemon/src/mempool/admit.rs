//! Judging a transaction for the pool, and letting it in. What is cheap comes first, what runs scripts last.
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use bitcoin::Transaction;
use moneta_consensus::{
    SCRIPT_RULES, ScriptFailure, ScriptJob, ScriptTrust, ScriptVerifier, TransactionError,
    ValidTransaction, check_transaction_alone, sigop_cost,
};
use moneta_mips::{Change, Target, find_envelope, freezes_of};
use moneta_node_api::{MempoolEntry, RemovalReason};
use moneta_script::VerifyFlags;

use super::overlay::{PoolCoins, PoolRegistry};
use super::policy::{MAX_TRANSACTION_SIGOP_COST, MAX_TRANSACTION_WEIGHT, WEIGHT_PER_SIGOP_COST};
use super::pool::{Order, Pooled};
use super::standard::{PolicyError, check_shape, check_spends};
use super::tally::Tally;
use super::{Mempool, PoolError, memory};
use crate::chain::Chain;
use crate::rules;
use crate::scripts::ScriptRunner;

/// Who has to pay what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fees {
    /// The transaction pays by itself. It may replace others for more.
    Own,
    /// It is part of a package that is weighed as a whole, and replaces nothing.
    Shared,
    /// It was let in before, by this node or into a block, and replaces nothing; what pays too little is swept out
    /// once all are in.
    PaidBefore,
}

/// On which terms a transaction is judged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    pub(super) fees: Fees,
    pub(super) scripts: ScriptTrust,
    /// Noted as its arrival, seconds since 1970.
    pub(super) arrived: u64,
    /// Moves of the tip through which it has waited before.
    pub(super) waited: u32,
    /// The time now, seconds since 1970.
    pub(super) now: u64,
}

impl Terms {
    /// The terms for one that comes now.
    pub(crate) const fn fresh(now: u64) -> Self {
        Self {
            fees: Fees::Own,
            scripts: ScriptTrust::Verify,
            arrived: now,
            waited: 0,
            now,
        }
    }
}

/// A transaction that was found good for the pool as it is.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(super) pooled: Pooled,
    pub(super) changes: Vec<Change>,
    /// Transactions of the pool that it stands on.
    pub(super) ancestors: BTreeSet<Order>,
    /// Transactions that it replaces, with what stands on them.
    pub(super) replaces: BTreeSet<Order>,
    /// Transactions that spend coins it freezes, with what stands on them.
    pub(super) freezes_out: BTreeSet<Order>,
}

impl Candidate {
    /// Returns what the pool would hold.
    pub(crate) fn into_entry(self) -> MempoolEntry {
        Arc::unwrap_or_clone(self.pooled.entry)
    }
}

impl Mempool {
    /// Judges a transaction that is not in the pool.
    ///
    /// # Errors
    /// The first rule or policy that it breaks.
    pub(crate) fn consider(
        &self,
        tx: &Arc<Transaction>,
        chain: &Chain,
        terms: &Terms,
    ) -> Result<Candidate, PoolError> {
        self.consider_after(tx, &[], chain, terms)
    }

    /// Judges a transaction that is not in the pool, as if `staged` were there already.
    pub(super) fn consider_after(
        &self,
        tx: &Arc<Transaction>,
        staged: &[Candidate],
        chain: &Chain,
        terms: &Terms,
    ) -> Result<Candidate, PoolError> {
        check_transaction_alone(tx, chain.params())?;
        if tx.is_coinbase() {
            return Err(TransactionError::Coinbase.into());
        }
        let weight = tx.weight().to_wu();
        let max = MAX_TRANSACTION_WEIGHT;
        if weight > max {
            return Err(PoolError::TooHeavy { weight, max });
        }
        check_shape(tx)?;
        if rules::is_confirmed(tx, chain) {
            return Err(PoolError::AlreadyConfirmed);
        }
        let mut ancestors = self.ancestors(tx);
        for before in staged {
            ancestors.extend(&before.ancestors);
        }
        let conflicts = self.conflicts(tx, staged, terms)?;
        let valid = self.judge(tx, staged, &ancestors, chain)?;
        check_spends(tx, &valid.spent)?;
        let own = measure(tx, &valid)?;
        if terms.fees == Fees::Own {
            self.check_fee(&own, terms.now)?;
        }
        let freezes = freezes_of(tx);
        self.check_not_lapsed(tx, &freezes, terms)?;
        let freezes_out = self.frozen_out(&freezes, &ancestors, staged, chain)?;
        let replaces = self.check_replacement(tx, &own, &conflicts, &ancestors)?;
        let mut family = own;
        for before in staged {
            family.add(&before.pooled.own);
        }
        let gone = replaces.union(&freezes_out).copied().collect();
        self.check_family(&family, &ancestors, &gone)?;
        let candidate = Candidate {
            pooled: Pooled {
                waited: self.waited(terms.waited, &replaces),
                ..pooled(tx, &valid, own, freezes, terms.arrived)
            },
            changes: valid.changes,
            ancestors,
            replaces,
            freezes_out,
        };
        if terms.fees == Fees::Own {
            self.check_room(std::slice::from_ref(&candidate))?;
        }
        if terms.scripts == ScriptTrust::Verify {
            check_scripts(&candidate.pooled, chain)?;
        }
        Ok(candidate)
    }

    /// Lets a candidate in. The pool must be as it was when the candidate was judged, or hold what was staged then
    /// besides.
    pub(crate) fn admit(&mut self, candidate: Candidate, chain: &Chain, now: u64) {
        self.put(candidate, now);
        self.tidy(chain, now);
    }

    /// Puts a candidate in and others out for it. The pool is to be made tidy once all are in.
    pub(super) fn put(&mut self, candidate: Candidate, now: u64) {
        self.floor.count_to(now, self.memory, self.max_memory);
        let by = candidate.pooled.entry.txid;
        for removed in
            self.remove_with_descendants(candidate.freezes_out, &RemovalReason::Frozen { by })
        {
            tracing::info!(txid = %removed.entry.txid, %by, "a waiting freeze stopped this transaction");
            self.rest(&removed);
        }
        let replaced = RemovalReason::Replaced { by };
        for removed in self.remove_with_descendants(candidate.replaces, &replaced) {
            tracing::info!(txid = %removed.entry.txid, %by, "replaced in the mempool");
        }
        self.insert(candidate.pooled, candidate.changes);
    }

    /// Makes the pool what it promises to be after others came and went: not too large, with nothing that nobody
    /// pays for, and with what may come back since a freeze has gone.
    pub(super) fn tidy(&mut self, chain: &Chain, now: u64) {
        self.sweep();
        self.trim(now);
        if std::mem::take(&mut self.thawed) {
            self.wake(chain, now);
            self.sweep();
            self.trim(now);
        }
    }

    /// Checks every rule of blocks but the scripts.
    fn judge(
        &self,
        tx: &Transaction,
        staged: &[Candidate],
        ancestors: &BTreeSet<Order>,
        chain: &Chain,
    ) -> Result<ValidTransaction, PoolError> {
        let mut frozen = Cow::Borrowed(self.frozen());
        for target in staged.iter().flat_map(|before| &before.pooled.freezes) {
            frozen.to_mut().insert(*target);
        }
        let coins = PoolCoins::new(chain, self, staged);
        let registry = PoolRegistry::new(chain, self, ancestors, staged);
        let scripts = ScriptTrust::AssumeChecked;
        Ok(rules::judge_transaction(
            tx, chain, &coins, &registry, &frozen, scripts,
        )?)
    }

    /// Checks that a transaction pays what is asked for now.
    fn check_fee(&self, own: &Tally, now: u64) -> Result<(), PoolError> {
        let least = self.min_fee(now).fee_for(own.vsize);
        if own.fee < least {
            let (fee, vsize) = (own.fee, own.vsize);
            return Err(PoolError::FeeTooLow { fee, vsize, least });
        }
        Ok(())
    }

    /// Returns the transactions that one with these freezes stops, with all that stands on them.
    fn frozen_out(
        &self,
        freezes: &[Target],
        ancestors: &BTreeSet<Order>,
        staged: &[Candidate],
        chain: &Chain,
    ) -> Result<BTreeSet<Order>, PoolError> {
        let registry = chain.state().registry();
        let height = chain.tip().height.next();
        let out = self.descendants(self.stopped_by(freezes, registry, height));
        let parent = out.intersection(ancestors).next();
        if let Some(place) = parent.and_then(|order| self.entries.get(order)) {
            return Err(PoolError::FreezesOwnAncestor(place.pooled.entry.txid));
        }
        let frozen: BTreeSet<Target> = freezes.iter().copied().collect();
        let stopped = |before: &&Candidate| {
            !frozen.is_empty() && before.pooled.is_stopped(&frozen, registry, height)
        };
        match staged.iter().find(stopped) {
            Some(before) => Err(PoolError::FreezesOwnAncestor(before.pooled.entry.txid)),
            None => Ok(out),
        }
    }
}

/// Returns a transaction's size and fee as the pool counts them.
fn measure(tx: &Transaction, valid: &ValidTransaction) -> Result<Tally, PoolError> {
    let weight = tx.weight().to_wu();
    let cost = sigop_cost(tx, &valid.spent);
    let max = MAX_TRANSACTION_SIGOP_COST;
    if cost > max {
        return Err(PoolError::TooManySigops { cost, max });
    }
    let counted = weight.max(cost.saturating_mul(WEIGHT_PER_SIGOP_COST));
    Ok(Tally {
        count: 1,
        fee: valid.fee.to_sat(),
        vsize: counted.div_ceil(4),
        weight,
        sigop_cost: cost,
    })
}

fn pooled(
    tx: &Arc<Transaction>,
    valid: &ValidTransaction,
    own: Tally,
    freezes: Vec<Target>,
    arrived: u64,
) -> Pooled {
    let attached = valid.spent.iter().any(|coin| coin.attachment.is_some());
    let plain = !attached && matches!(find_envelope(tx), Ok(None));
    let entry = MempoolEntry {
        txid: valid.txid,
        transaction: Arc::clone(tx),
        spent: valid.spent.clone(),
        attachments: valid.attachments.clone(),
        fee: valid.fee,
        vsize: own.vsize,
        arrived,
    };
    Pooled {
        wtxid: tx.compute_wtxid(),
        own,
        memory: memory::of_entry(&entry, freezes.len(), &valid.changes),
        plain,
        waited: 0,
        freezes,
        entry: Arc::new(entry),
    }
}

/// Runs the scripts, under the rules of blocks and under those of policy, which ask for more.
fn check_scripts(pooled: &Pooled, chain: &Chain) -> Result<(), PoolError> {
    let job = ScriptJob {
        transaction: &pooled.entry.transaction,
        wtxid: pooled.wtxid,
        spent: &pooled.entry.spent,
    };
    let runner = ScriptRunner::of_pool(chain.scripts());
    let run = |rules| {
        runner.verify(rules, &mut |take| {
            take(job);
            ControlFlow::Continue(())
        })
    };
    let strict = run(VerifyFlags::STANDARD);
    // The verdict has to be known under the rules of blocks too: of the signatures it remembers from just now.
    run(SCRIPT_RULES).map_err(TransactionError::from)?;
    strict.map_err(|failure| {
        let ScriptFailure { input, reason, .. } = failure;
        PolicyError::Script { input, reason }.into()
    })
}
