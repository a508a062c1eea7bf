//! Scripts are the costly part of a block and depend on nothing but their own transaction and its coins: so
//! they are handed to whoever runs them, beside everything else that is checked.
use std::ops::ControlFlow;

use bitcoin::{Transaction, Wtxid};
use moneta_mips::Coin;
use moneta_script::{PreparedTransaction, ScriptError, VerifyFlags, verify_input};

use crate::TransactionError;

/// # Consensus
/// > Each input satisfies the script of the coin that it spends, under the rules of every soft fork up to
/// > taproot. (BIP16, BIP65, BIP66, BIP112, BIP141, BIP143, BIP147, BIP341, BIP342)
///
/// They hold from block 0 on. A script rule that a MIP activates later makes this a function of the height:
/// verdicts are remembered under the rules that they were reached by, so old ones then count for nothing.
pub const RULES: VerifyFlags = VerifyFlags::CONSENSUS;

/// All scripts of one transaction, still to be run.
#[derive(Debug, Clone, Copy)]
pub struct ScriptJob<'a, 'c> {
    /// The transaction.
    pub transaction: &'a Transaction,
    /// Its id with its witnesses: a verdict belongs to this, as the same transaction can come with others.
    pub wtxid: Wtxid,
    /// The coins that it spends, in input order.
    pub spent: &'c [Coin],
}

impl<'a> ScriptJob<'a, '_> {
    /// Prepares to verify the inputs, from many threads if need be.
    pub fn prepare(&self) -> PreparedTransaction<'a> {
        let spent = self.spent.iter().map(|coin| &coin.output);
        PreparedTransaction::new(self.transaction, spent)
            .expect("a coin was found for each input before")
    }
}

/// A script that does not allow its spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScriptFailure {
    /// Which job.
    pub job: usize,
    /// Which input of its transaction.
    pub input: u32,
    /// The script rule that it breaks.
    pub reason: ScriptError,
}

impl From<ScriptFailure> for TransactionError {
    fn from(failure: ScriptFailure) -> Self {
        Self::ScriptFailed {
            input: failure.input,
            reason: failure.reason,
        }
    }
}

/// Takes jobs, in block order.
pub type TakeJob<'t, 'a> = &'t mut dyn FnMut(ScriptJob<'a, '_>);

/// Whoever runs scripts: one after another, in many threads, or from memory.
///
/// All must agree: the verdict is part of consensus, and so that a refusal is the same everywhere, the
/// failure they name is the first.
pub trait ScriptVerifier {
    /// Calls `walk` once, which hands over jobs as it comes to them, and verifies every input of every job
    /// under `rules`, meanwhile or afterwards. If the walk breaks off, the verdict is of no use to anybody.
    ///
    /// # Errors
    /// The failure of the first job that has one, at the first of its inputs.
    fn verify<'a>(
        &self,
        rules: VerifyFlags,
        walk: &mut dyn FnMut(TakeJob<'_, 'a>) -> ControlFlow<()>,
    ) -> Result<(), ScriptFailure>;
}

/// The plainest verifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScriptTrust {
    /// Runs them one after another: nobody has, or nobody we trust.
    Verify,
    /// Runs none: they were run by this node before, for this very transaction with its witnesses.
    AssumeChecked,
}

impl ScriptVerifier for ScriptTrust {
    fn verify<'a>(
        &self,
        rules: VerifyFlags,
        walk: &mut dyn FnMut(TakeJob<'_, 'a>) -> ControlFlow<()>,
    ) -> Result<(), ScriptFailure> {
        let mut verdict = Ok(());
        let mut jobs = 0..;
        let _ = walk(&mut |job| {
            let number = jobs.next().unwrap_or(usize::MAX);
            if *self == Self::Verify && verdict.is_ok() {
                verdict = run(&job, number, rules);
            }
        });
        verdict
    }
}

fn run(job: &ScriptJob<'_, '_>, number: usize, rules: VerifyFlags) -> Result<(), ScriptFailure> {
    let prepared = job.prepare();
    for (input, index) in (0..).zip(0..job.spent.len()) {
        verify_input(&prepared, index, rules).map_err(|reason| ScriptFailure {
            job: number,
            input,
            reason,
        })?;
    }
    Ok(())
}
