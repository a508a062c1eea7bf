//! A child with its parents, judged together: so a child can pay for a parent that pays too little by itself.
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use bitcoin::{Transaction, Txid};
use moneta_consensus::ScriptTrust;

use super::admit::{Candidate, Fees, Terms};
use super::policy::{MAX_PACKAGE_COUNT, MAX_PACKAGE_WEIGHT};
use super::tally::Tally;
use super::{Mempool, PoolError};
use crate::chain::Chain;

impl Mempool {
    /// Judges the transactions of a package that are neither in the pool nor in a block; parents stand before children,
    /// and the child, which spends from all the others, last. They come in together or not at all.
    ///
    /// A package replaces nothing: a child that is to replace another comes alone, once its parents wait.
    ///
    /// # Errors
    /// The first rule or policy that the package, or one of its transactions, breaks.
    pub(crate) fn consider_package(
        &self,
        package: &[Arc<Transaction>],
        chain: &Chain,
        now: u64,
    ) -> Result<Vec<Candidate>, PoolError> {
        check_package(package)?;
        let fresh: Vec<&Arc<Transaction>> = package
            .iter()
            .filter(|tx| self.get(&tx.compute_txid()).is_none())
            .filter(|tx| !crate::rules::is_confirmed(tx, chain))
            .collect();
        if let [alone] = *fresh {
            // On its own terms: it may replace.
            let candidate = self.consider(alone, chain, &Terms::fresh(now));
            return Ok(vec![candidate.map_err(|error| in_package(alone, error))?]);
        }
        let terms = Terms {
            fees: Fees::Shared,
            scripts: ScriptTrust::Verify,
            arrived: now,
            waited: 0,
            now,
        };
        let mut staged: Vec<Candidate> = Vec::new();
        for tx in fresh {
            let candidate = self.consider_after(tx, &staged, chain, &terms);
            staged.push(candidate.map_err(|error| in_package(tx, error))?);
        }
        self.check_shared_fee(&staged, now)?;
        self.check_room(&staged)?;
        Ok(staged)
    }

    /// Lets a package in. The pool must be as it was when it was judged.
    pub(crate) fn admit_package(&mut self, package: Vec<Candidate>, chain: &Chain, now: u64) {
        for candidate in package {
            self.put(candidate, now);
        }
        self.tidy(chain, now);
    }

    /// Checks that those which pay too little by themselves are paid for by the child. What a parent pays beyond its
    /// own share helps nobody: it would be mined without them.
    fn check_shared_fee(&self, staged: &[Candidate], now: u64) -> Result<(), PoolError> {
        let asked = self.min_fee(now);
        let Some((child, parents)) = staged.split_last() else {
            return Ok(());
        };
        let mut shared = child.pooled.own;
        for parent in parents.iter().map(|parent| &parent.pooled.own) {
            if parent.fee < asked.fee_for(parent.vsize) {
                shared.add(parent);
            }
        }
        let Tally { fee, vsize, .. } = shared;
        let least = asked.fee_for(vsize);
        if fee < least {
            return Err(PoolError::FeeTooLow { fee, vsize, least });
        }
        Ok(())
    }
}

fn in_package(tx: &Transaction, error: PoolError) -> PoolError {
    PoolError::InPackage {
        txid: tx.compute_txid(),
        error: Box::new(error),
    }
}

/// Checks number, weight and shape: all different, parents before the child, and the child a child of all.
fn check_package(package: &[Arc<Transaction>]) -> Result<(), PoolError> {
    let (count, max) = (package.len(), MAX_PACKAGE_COUNT);
    let Some((child, parents)) = package.split_last().filter(|_| count <= max) else {
        return Err(PoolError::PackageCount { count, max });
    };
    let weights = package.iter().map(|tx| tx.weight().to_wu());
    let (weight, max) = (weights.fold(0, u64::saturating_add), MAX_PACKAGE_WEIGHT);
    if weight > max {
        return Err(PoolError::PackageTooHeavy { weight, max });
    }
    let spends = |tx: &Transaction| -> BTreeSet<Txid> {
        let inputs = tx.input.iter();
        inputs.map(|input| input.previous_output.txid).collect()
    };
    let of_child = spends(child);
    let mut places: HashMap<Txid, usize> = HashMap::new();
    for (place, tx) in package.iter().enumerate() {
        let txid = tx.compute_txid();
        let parent = place == parents.len() || of_child.contains(&txid);
        if !parent || places.insert(txid, place).is_some() {
            return Err(PoolError::PackageShape(txid));
        }
    }
    for (place, tx) in package.iter().enumerate() {
        let later = |txid: &Txid| places.get(txid).is_some_and(|parent| *parent >= place);
        if let Some(txid) = spends(tx).into_iter().find(later) {
            return Err(PoolError::PackageShape(txid));
        }
    }
    Ok(())
}
