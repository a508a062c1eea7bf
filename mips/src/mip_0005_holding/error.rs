//! Why a transaction breaks a rule of MIP-5: one variant, one rule.
use moneta_chain::Height;

use super::check::{MAX_SCRIPTS, MAX_TERM};
use crate::{AssetId, ScriptDigest};

/// Why a transaction breaks a rule of MIP-5.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoldingError {
    /// The asset can be held by anybody.
    #[error("asset {asset} can be held by anybody: there is nobody to enrol or withdraw")]
    HoldersOpen {
        /// Which asset.
        asset: AssetId,
    },
    /// No script is named, or too many.
    #[error("an enrolment or withdrawal names 1 to {MAX_SCRIPTS} scripts, not {got}")]
    Count {
        /// How many.
        got: usize,
    },
    /// The enrolment ends at once, or too late.
    #[error(
        "an enrolment at height {height} ends within the next {MAX_TERM} blocks, not at {expiry}"
    )]
    Expiry {
        /// Where it would end.
        expiry: Height,
        /// Height of the block.
        height: Height,
    },
    /// The commitment is all zero.
    #[error("the commitment to the holder of script {script} is all zero: it commits to nobody")]
    CommitmentZero {
        /// Whose.
        script: ScriptDigest,
    },
    /// Somebody gets units who may not.
    #[error(
        "output {vout} gets units of asset {asset}, which only enrolled scripts can receive, and its script is not enrolled: it gets {allocated} base units in all and gave {held}"
    )]
    NotEnrolled {
        /// Index of the first output that pays the script.
        vout: u32,
        /// Which asset.
        asset: AssetId,
        /// Base units that its script gets.
        allocated: u128,
        /// Base units in inputs of the same script.
        held: u128,
    },
}

codes!(HoldingError {
    HoldersOpen => "mip0005.holders_open",
    Count => "mip0005.count",
    Expiry => "mip0005.expiry",
    CommitmentZero => "mip0005.commitment_zero",
    NotEnrolled => "mip0005.not_enrolled",
});
