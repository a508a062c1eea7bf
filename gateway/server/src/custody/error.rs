//! Why the signer does not do what it is asked.
use moneta_keys::{FinaliseError, SealError, SignError};
use moneta_wallet::PsbtError;

use crate::store::StoreError;

/// Why the signer does not do what it is asked. Deny is the default: what no rule allows is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CustodyError {
    /// There is no seed of this wallet here.
    #[error("the wallet's keys are not here")]
    NoSeed,
    /// The sealed seed does not open.
    #[error("the sealed seed does not open: {0}")]
    Seal(#[from] SealError),
    /// The opened bytes are no seed.
    #[error("the sealed bytes are no seed")]
    NoSuchSeed,
    /// The PSBT is none, or lies.
    #[error("the PSBT is refused: {0}")]
    Psbt(#[from] PsbtError),
    /// The PSBT spends a coin of somebody else.
    #[error("input {input} is not the wallet's")]
    ForeignInput {
        /// Index of the input.
        input: usize,
    },
    /// The PSBT pays somebody who was not asked to be paid, or another amount.
    #[error("output {output} is not what was asked for")]
    UnaskedOutput {
        /// Index of the output.
        output: usize,
    },
    /// What was asked to be paid is not among the outputs.
    #[error("a payment that was asked for is missing")]
    MissingOutput,
    /// The envelope does something else than was asked.
    #[error("the envelope's operations are not what was asked for")]
    UnaskedOperations,
    /// The miner would get too much.
    #[error("the fee of {fee} is above the cap of {cap}")]
    FeeAboveCap {
        /// The fee.
        fee: bitcoin::Amount,
        /// The most there may be.
        cap: bitcoin::Amount,
    },
    /// More would be burned than what was asked for costs.
    #[error("{burned} would be burned, what was asked for costs at most {cap}")]
    BurnAboveCap {
        /// How much would be burned.
        burned: bitcoin::Amount,
        /// The most there may be.
        cap: bitcoin::Amount,
    },
    /// The keys do not sign it.
    #[error("not signed: {0}")]
    Sign(#[from] SignError),
    /// The signatures do not make a transaction.
    #[error("not finished: {0}")]
    Finalise(#[from] FinaliseError),
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The signer has stopped.
    #[error("the signer has stopped")]
    Stopped,
}
