//! Block data -> proof.
use bitcoin::consensus::encode::serialize_hex;
use bitcoin::hex::DisplayHex;
use bitcoin::{Block, Txid};
use moneta_chain::{Network, Seal, SealedHeader};

use super::proof::{FORMAT, MAX_CONFIRMING};
use super::verify::anchors;
use super::{AnchorProof, ProofError, merkle};

/// What a proof is built from.
#[derive(Debug, Clone, Copy)]
pub struct AnchorSource<'a> {
    /// The network.
    pub network: Network,
    /// The digest.
    pub digest: [u8; 32],
    /// The transaction that anchors it.
    pub txid: Txid,
    /// The block that holds the transaction.
    pub block: &'a Block,
    /// Its seal.
    pub seal: Seal,
    /// The blocks after it, lowest first; those above [`MAX_CONFIRMING`] are left out.
    pub confirming: &'a [SealedHeader],
}

/// Builds the proof.
///
/// # Errors
/// The block does not hold the transaction, or the transaction does not anchor the digest.
pub fn build_anchor_proof(source: &AnchorSource<'_>) -> Result<AnchorProof, ProofError> {
    let transactions = &source.block.txdata;
    let txids: Vec<Txid> = transactions.iter().map(|tx| tx.compute_txid()).collect();
    let place = txids.iter().position(|txid| *txid == source.txid);
    let place = place.filter(|&place| place > 0);
    let place = place.ok_or(ProofError::NotInBlock)?;
    if !anchors(&transactions[place], &source.digest)? {
        return Err(ProofError::NotAnchored);
    }
    let first = SealedHeader {
        header: source.block.header,
        seal: source.seal,
    };
    let confirming = source.confirming.iter().take(MAX_CONFIRMING);
    let absent = || ProofError::NotInBlock;
    Ok(AnchorProof {
        format: FORMAT.to_owned(),
        network: source.network.name().to_owned(),
        digest: source.digest.to_lower_hex_string(),
        transaction: serialize_hex(&transactions[place]),
        position: u32::try_from(place).map_err(|_| absent())?,
        branch: merkle::branch(&txids, place).ok_or_else(absent)?,
        coinbase: serialize_hex(&transactions[0]),
        coinbase_branch: merkle::branch(&txids, 0).ok_or_else(absent)?,
        headers: std::iter::once(&first)
            .chain(confirming)
            .map(write_header)
            .collect(),
    })
}

fn write_header(sealed: &SealedHeader) -> String {
    let seal = sealed.seal.encode();
    serialize_hex(&sealed.header) + &seal.to_lower_hex_string()
}
