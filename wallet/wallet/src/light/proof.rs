//! The proof as a file: JSON, at most four megabytes, byte strings in hexadecimal.
use bitcoin::TxMerkleNode;
use serde::{Deserialize, Serialize};

use super::ProofError;

/// What `format` says.
pub(super) const FORMAT: &str = "moneta.anchor.v1";
/// Longest proof that is read, in bytes.
pub const MAX_PROOF: usize = 4 * 1_024 * 1_024;
/// Most confirming headers that a proof may carry.
pub const MAX_CONFIRMING: usize = 1_000;

/// A proof that a digest was notarised, complete in itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnchorProof {
    /// What this file is: `moneta.anchor.v1`.
    pub format: String,
    /// Network by name: `main`, `test` or `dev`.
    pub network: String,
    /// The notarised digest.
    pub digest: String,
    /// The transaction that anchors it, with or without its witnesses.
    pub transaction: String,
    /// Place of the transaction in the block; the coinbase has 0.
    pub position: u32,
    /// Merkle branch from the transaction to the root, lowest first; written as transaction ids are.
    pub branch: Vec<TxMerkleNode>,
    /// The block's coinbase: it tells the height (BIP34), and the height tells the Ethash epoch.
    pub coinbase: String,
    /// Merkle branch from the coinbase to the root.
    pub coinbase_branch: Vec<TxMerkleNode>,
    /// Header (80 bytes) and seal (40 bytes) of the block, then those of the blocks that confirm it.
    pub headers: Vec<String>,
}

impl AnchorProof {
    /// Reads a proof file. Nothing in it has been checked but its form.
    ///
    /// # Errors
    /// The file is too long or no proof.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ProofError> {
        if bytes.len() > MAX_PROOF {
            return Err(ProofError::TooLong { got: bytes.len() });
        }
        serde_json::from_slice(bytes).map_err(|error| ProofError::NotJson {
            line: error.line(),
            column: error.column(),
        })
    }

    /// Writes the proof file.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("strings and numbers are JSON")
    }
}
