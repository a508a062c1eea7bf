//! Why a proof proves nothing.
use moneta_chain::Height;
use moneta_mips::EnvelopeError;

use super::{MAX_CONFIRMING, MAX_PROOF};

/// One variant, one check.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Longer than any proof.
    #[error("this file has {got} bytes; a proof has at most {MAX_PROOF}")]
    TooLong {
        /// Its length in bytes.
        got: usize,
    },
    /// No JSON, or not the fields of a proof.
    #[error("this is not a proof file: line {line}, column {column} is not as expected")]
    NotJson {
        /// Line of the fault, from 1.
        line: usize,
        /// Column of the fault.
        column: usize,
    },
    /// Another kind or version of file.
    #[error("this is not an anchor proof of version 1")]
    UnknownFormat,
    /// A proof of another network.
    #[error("this proof is not of the {expected} network")]
    WrongNetwork {
        /// Name of the network it is checked against.
        expected: &'static str,
    },
    /// A field is not what its name says.
    #[error("`{field}` can't be read")]
    Malformed {
        /// Name of the field.
        field: &'static str,
    },
    /// No header, or more than are read.
    #[error("a proof has 1 to {} headers, not {got}", MAX_CONFIRMING + 1)]
    HeaderCount {
        /// How many there are.
        got: usize,
    },
    /// The transaction's envelope is none.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The transaction says nothing about the digest.
    #[error("the transaction does not anchor this digest")]
    NotAnchored,
    /// The transaction is not in the block.
    #[error("the transaction is not in the block")]
    NotInBlock,
    /// The coinbase is none, or not the block's.
    #[error("the coinbase is not the block's")]
    CoinbaseNotInBlock,
    /// The coinbase does not tell a height.
    #[error("the coinbase does not tell the block's height")]
    NoHeight,
    /// A header does not follow the one before it.
    #[error("the block at height {height} does not follow the one before it")]
    BrokenChain {
        /// Its height.
        height: Height,
    },
    /// A header claims another difficulty than the network's.
    #[error("the block at height {height} claims a difficulty that is not the network's")]
    WrongDifficulty {
        /// Its height.
        height: Height,
    },
    /// A seal is no proof of work.
    #[error("the seal of the block at height {height} is no proof of work")]
    BadSeal {
        /// Its height.
        height: Height,
    },
}

impl ProofError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "proof.too_long",
            Self::NotJson { .. } => "proof.not_json",
            Self::UnknownFormat => "proof.unknown_format",
            Self::WrongNetwork { .. } => "proof.wrong_network",
            Self::Malformed { .. } => "proof.malformed",
            Self::HeaderCount { .. } => "proof.header_count",
            Self::Envelope(error) => error.code(),
            Self::NotAnchored => "proof.not_anchored",
            Self::NotInBlock => "proof.not_in_block",
            Self::CoinbaseNotInBlock => "proof.coinbase_not_in_block",
            Self::NoHeight => "proof.no_height",
            Self::BrokenChain { .. } => "proof.broken_chain",
            Self::WrongDifficulty { .. } => "proof.wrong_difficulty",
            Self::BadSeal { .. } => "proof.bad_seal",
        }
    }
}
