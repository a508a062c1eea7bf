//! `/tx/{txid}/merkle-proof` and `/merkleblock-proof`: that a transaction is in its block.
use axum::Json;
use axum::extract::{Path, State};
use bitcoin::consensus::encode::serialize_hex;
use bitcoin::hashes::{Hash, sha256d};
use bitcoin::{MerkleBlock, Txid};
use moneta_index::{BlockSummary, Place};

use super::Chain;
use super::moment::Moment;
use super::params;
use super::refusal::Refusal;
use super::shapes::MerkleProof;

const UNCONFIRMED: Refusal = Refusal::NotFound("no block holds a transaction with this id yet");

pub(super) async fn merkle_branch(
    State(chain): State<Chain>,
    Path(txid): Path<String>,
) -> Result<Json<MerkleProof>, Refusal> {
    let txid = params::txid(&txid)?;
    Moment::read(chain, move |moment| {
        let (_, place, txids) = moment.block_of(&txid)?;
        Ok(Json(MerkleProof {
            block_height: place.height.to_u32(),
            merkle: branch(&txids, place.position)
                .iter()
                .map(Txid::to_string)
                .collect(),
            pos: place.position,
        }))
    })
    .await
}

/// Begins with the 80-byte header, then the partial merkle tree (BIP37), in hexadecimal.
pub(super) async fn merkle_block(
    State(chain): State<Chain>,
    Path(txid): Path<String>,
) -> Result<String, Refusal> {
    let txid = params::txid(&txid)?;
    Moment::read(chain, move |moment| {
        let (block, _, txids) = moment.block_of(&txid)?;
        let proof =
            MerkleBlock::from_header_txids_with_predicate(&block.header, &txids, |id| *id == txid);
        Ok(serialize_hex(&proof))
    })
    .await
}

impl Moment {
    fn block_of(&self, txid: &Txid) -> Result<(BlockSummary, Place, Vec<Txid>), Refusal> {
        let place = self.view.place_of(txid)?.ok_or(UNCONFIRMED)?;
        let block = self.view.block(place.height)?.ok_or(UNCONFIRMED)?;
        let txids = self.view.txids_of_block(place.height, 0, usize::MAX)?;
        Ok((block, place, txids))
    }
}

/// Returns the siblings on the way from the transaction at `position` up to the merkle root, lowest first.
/// Inner nodes are no transaction ids; Esplora writes them as if they were, and so do we.
pub(super) fn branch(txids: &[Txid], position: u32) -> Vec<Txid> {
    let mut row: Vec<sha256d::Hash> = txids.iter().map(|txid| txid.to_raw_hash()).collect();
    let mut position = usize::try_from(position).unwrap_or(usize::MAX);
    let mut siblings = Vec::new();
    while row.len() > 1 {
        // The last of an odd row is its own sibling.
        let sibling = row.get(position ^ 1).or(row.last());
        siblings.extend(sibling.map(|hash| Txid::from_raw_hash(*hash)));
        position /= 2;
        row = row
            .chunks(2)
            .map(|pair| {
                let right = pair.last().unwrap_or(&pair[0]);
                sha256d::Hash::hash(&[pair[0].to_byte_array(), right.to_byte_array()].concat())
            })
            .collect();
    }
    siblings
}
