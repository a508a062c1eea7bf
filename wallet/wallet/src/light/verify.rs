//! The check of a proof: everything in it, offline, seals included.
use bitcoin::{BlockHash, Txid, Work};
use moneta_chain::{Height, Params};

use super::AnchorProof;

/// Most confirming headers a proof may carry.
pub const MAX_CONFIRMING: usize = 1_000;

/// What a proof proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedAnchor {
    /// The transaction that anchors the digest.
    pub txid: Txid,
    /// The block that holds it.
    pub block: BlockHash,
    /// The block's height.
    pub height: Height,
    /// The block's time, seconds since 1970.
    pub time: u32,
    /// How many blocks stand on it, itself included.
    pub confirmations: u32,
    /// Work of those blocks together.
    pub work: Work,
}

/// Why a proof proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The transaction is not in the block.
    #[error("the transaction is not in the block")]
    NotInBlock,
}

impl ProofError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotInBlock => "proof.not_in_block",
        }
    }
}

/// Checks `proof` against nothing but the network's constants.
///
/// # Errors
/// The first thing in it that does not hold.
pub fn verify_anchor(_proof: &AnchorProof, _params: &Params) -> Result<VerifiedAnchor, ProofError> {
    unimplemented!("anchor proof")
}
