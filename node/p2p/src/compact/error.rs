//! Why a compact block, or a part of one, is of no use.

/// Why a compact block, or a part of one, is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CompactError {
    /// It holds no transaction: every block has a coinbase.
    #[error("the compact block holds no transaction")]
    Empty,
    /// It holds more transactions than a block can.
    #[error("the compact block holds {count} transactions: no block has room for them")]
    TooMany {
        /// How many.
        count: usize,
    },
    /// A place is beyond the block's end (CVE-2024-35202).
    #[error("place {place} is beyond the end of a block of {count} transactions")]
    PlaceBeyondEnd {
        /// The place.
        place: u64,
        /// How many transactions the block has.
        count: usize,
    },
    /// Two of its short ids are equal, by chance or not.
    #[error("two short ids of the compact block are equal")]
    Collision,
    /// Other transactions came than were asked for.
    #[error("{got} transactions came, {missing} are missing")]
    WrongParts {
        /// How many came.
        got: usize,
        /// How many are missing.
        missing: usize,
    },
}

impl CompactError {
    /// Returns the rule's stable name.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "compact.empty",
            Self::TooMany { .. } => "compact.too_many",
            Self::PlaceBeyondEnd { .. } => "compact.place_beyond_end",
            Self::Collision => "compact.collision",
            Self::WrongParts { .. } => "compact.wrong_parts",
        }
    }

    /// Tells whether no honest peer sends this.
    pub const fn is_offence(&self) -> bool {
        !matches!(self, Self::Collision)
    }
}
