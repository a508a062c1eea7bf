//! Scripts are the costly part of a block and depend on nothing but their own transaction and its coins: so
//! they are collected while everything else is checked, and given to whoever runs them, last and together.
use bitcoin::{Transaction, TxOut, Wtxid};
use moneta_mips::Coin;
use moneta_script::{PreparedTransaction, ScriptError, VerifyFlags, verify_input};

use crate::TransactionError;

/// # Consensus
/// > Each input satisfies the script of the coin that it spends, under the rules of every soft fork up to
/// > taproot. (BIP16, BIP65, BIP66, BIP112, BIP141, BIP143, BIP147, BIP341, BIP342)
///
/// They hold from block 0 on. A script rule that a MIP activates later makes this a function of the height:
/// verdicts are remembered under the rules that they were reached by, so old ones then count for nothing.
pub(crate) const RULES: VerifyFlags = VerifyFlags::CONSENSUS;

/// All scripts of one transaction, still to be run.
#[derive(Debug, Clone, Copy)]
pub struct ScriptJob<'a> {
    /// The transaction.
    pub transaction: &'a Transaction,
    /// Its id with its witnesses: a verdict belongs to this, as the same transaction can come with others.
    pub wtxid: Wtxid,
    /// The coins that it spends, in input order.
    pub spent: &'a [Coin],
}

impl<'a> ScriptJob<'a> {
    /// Prepares to verify the inputs, from many threads if need be.
    pub fn prepare(&self) -> PreparedTransaction<'a> {
        let spent = self.spent.iter().map(|coin| -> &'a TxOut { &coin.output });
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

/// Whoever runs scripts: one after another, in many threads, or from memory.
///
/// All must agree: the verdict is part of consensus, and so that a refusal is the same everywhere, the
/// failure they name is the first.
pub trait ScriptVerifier {
    /// Verifies every input of every job under `rules`.
    ///
    /// # Errors
    /// The failure of the first job that has one, at the first of its inputs.
    fn verify(&self, jobs: &[ScriptJob<'_>], rules: VerifyFlags) -> Result<(), ScriptFailure>;
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
    fn verify(&self, jobs: &[ScriptJob<'_>], rules: VerifyFlags) -> Result<(), ScriptFailure> {
        if *self == Self::AssumeChecked {
            return Ok(());
        }
        for (job, spend) in jobs.iter().enumerate() {
            let prepared = spend.prepare();
            for (input, index) in (0..).zip(0..spend.spent.len()) {
                verify_input(&prepared, index, rules).map_err(|reason| ScriptFailure {
                    job,
                    input,
                    reason,
                })?;
            }
        }
        Ok(())
    }
}
