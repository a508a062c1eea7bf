//! Why a header is refused.
use bitcoin::{BlockHash, CompactTarget};
use moneta_ethash::SealError;

/// One variant, one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// It names another block as its parent than the one it is judged under.
    #[error("the header stands on {got}, not on {expected}")]
    WrongParent {
        /// The parent it is judged under.
        expected: BlockHash,
        /// The parent it names.
        got: BlockHash,
    },
    /// Its time is not after the median of the eleven blocks before it.
    #[error(
        "the header's time {time} is not after {median_time}, the median of the eleven before it"
    )]
    TimeTooOld {
        /// Its time, seconds since 1970.
        time: u32,
        /// The median it must exceed.
        median_time: u32,
    },
    /// Its time is too far ahead of the reader's clock: refused now, welcome later.
    #[error(
        "the header's time {time} is too far ahead: at most {latest} is taken now, try again later"
    )]
    TimeTooNew {
        /// Its time, seconds since 1970.
        time: u32,
        /// The latest time that is taken at this moment.
        latest: u64,
    },
    /// It claims another difficulty than the rule yields.
    #[error("the header's bits are {got:#010x}, the rule yields {expected:#010x}")]
    WrongBits {
        /// What the rule yields.
        expected: CompactTarget,
        /// What the header claims.
        got: CompactTarget,
    },
    /// Its version is from before the soft forks that are all active here.
    #[error("the header's version is {version}, at least 4 is needed")]
    VersionTooLow {
        /// The version it carries.
        version: i32,
    },
    /// Nothing cheap is wrong with it, and its sender has used up what is spent on proving his seals.
    #[error("the header's seal is not proven now: its sender has sent too many, try again later")]
    OverBudget,
    /// Its seal proves no work.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl HeaderError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongParent { .. } => "header.wrong_parent",
            Self::TimeTooOld { .. } => "header.time_too_old",
            Self::TimeTooNew { .. } => "header.time_too_new",
            Self::WrongBits { .. } => "header.wrong_bits",
            Self::VersionTooLow { .. } => "header.version_too_low",
            Self::OverBudget => "header.over_budget",
            Self::Seal(error) => error.code(),
        }
    }

    /// Tells whether the id can be remembered as invalid for ever.
    ///
    /// An id says nothing about its seal, a block that is too new now is welcome later, and a header
    /// judged under the wrong parent or over budget was not judged at all.
    pub const fn condemns_id(&self) -> bool {
        match self {
            Self::TimeTooOld { .. } | Self::WrongBits { .. } | Self::VersionTooLow { .. } => true,
            Self::WrongParent { .. }
            | Self::TimeTooNew { .. }
            | Self::OverBudget
            | Self::Seal(_) => false,
        }
    }
}
