//! The proof as a file: JSON, every byte string in hexadecimal.
use bitcoin::{Block, Txid};
use moneta_chain::{Seal, SealedHeader};
use serde::{Deserialize, Serialize};

use super::ProofError;

/// A proof that a digest was notarised, complete in itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnchorProof {
    /// What this file is: `moneta.anchor.v1`.
    pub format: String,
    /// Network by name: `main`, `test` or `dev`.
    pub network: String,
    /// The notarised digest, hexadecimal.
    pub digest: String,
    /// The transaction that anchors it, hexadecimal.
    pub transaction: String,
    /// Place of the transaction in the block, 0 being the coinbase.
    pub position: u32,
    /// Merkle branch from the transaction to the root, lowest first, hexadecimal in internal byte order.
    pub branch: Vec<String>,
    /// The block's coinbase, hexadecimal: it tells the height (BIP34), which tells the Ethash epoch.
    pub coinbase: String,
    /// Merkle branch from the coinbase to the root.
    pub coinbase_branch: Vec<String>,
    /// The block's header and seal, 120 bytes hexadecimal, then those of the blocks that confirm it.
    pub headers: Vec<String>,
}

/// What a proof is built from.
#[derive(Debug, Clone, Copy)]
pub struct AnchorSource<'a> {
    /// Network by name.
    pub network: moneta_chain::Network,
    /// The digest.
    pub digest: [u8; 32],
    /// The transaction that anchors it.
    pub txid: Txid,
    /// The block that holds the transaction.
    pub block: &'a Block,
    /// Its seal.
    pub seal: &'a Seal,
    /// The blocks after it, lowest first; as many as are wanted up to
    /// [`MAX_CONFIRMING`](super::MAX_CONFIRMING).
    pub confirming: &'a [SealedHeader],
}

/// Builds the proof.
///
/// # Errors
/// The block does not hold the transaction, or the transaction does not anchor the digest.
pub fn build_anchor_proof(_source: &AnchorSource<'_>) -> Result<AnchorProof, ProofError> {
    unimplemented!("anchor proof")
}
