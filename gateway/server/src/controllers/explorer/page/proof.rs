//! `GET /document/{digest}/proof/{txid}`: what `moneta verify` checks offline; for everybody, without a key.
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bitcoin::hex::FromHex;
use bitcoin::{BlockHash, Txid};
use moneta_chain::{Seal, SealedHeader};
use moneta_index::{IndexError, Place};
use moneta_pages::Problem;
use moneta_wallet::{AnchorProof, AnchorSource, build_anchor_proof};

use super::super::answer::PageError;
use super::super::scene::Scene;
use super::super::visit::Visit;

/// Headers on top of the notarised one: more than anybody waits for, little to carry.
const CONFIRMING: usize = 100;

/// Sends the proof of a notarisation as a file.
pub(crate) async fn prove_document(
    visit: Visit,
    Path((digest, txid)): Path<(String, String)>,
) -> Response {
    let (Ok(hash), Ok(txid)) = (<[u8; 32]>::from_hex(&digest), txid.parse()) else {
        return visit.refuse(PageError::new(Problem::BadId, digest));
    };
    match prove(&visit, hash, txid).await {
        Ok(Some(proof)) => {
            let name = format!("attachment; filename=\"moneta-proof-{txid:.8}.json\"");
            let headers = [
                (CONTENT_TYPE, "application/json"),
                (CACHE_CONTROL, "private, no-cache"),
                (CONTENT_DISPOSITION, name.as_str()),
            ];
            (headers, proof.to_json()).into_response()
        }
        Ok(None) => visit.refuse(PageError::new(Problem::UnknownDocument, digest)),
        Err(error) => visit.refuse(error),
    }
}

/// Returns the proof, or `None` if no block of the best chain holds the transaction or if that notarises
/// something else.
async fn prove(
    visit: &Visit,
    digest: [u8; 32],
    txid: Txid,
) -> Result<Option<AnchorProof>, PageError> {
    let (_, found) = visit
        .look(move |scene| {
            let place = scene.view.place_of(&txid)?;
            Ok(place
                .map(|place| headers(scene, place))
                .transpose()?
                .flatten())
        })
        .await;
    let Some((id, seal, confirming)) = found? else {
        return Ok(None);
    };
    let block = visit.state.node.block(id).await;
    let block = block.map_err(|error| PageError::Index(error.into()))?;
    let Some(block) = block else {
        return Ok(None);
    };
    let source = AnchorSource {
        network: visit.state.node.params().network,
        digest,
        txid,
        block: &block.block.block,
        seal,
        confirming: &confirming,
    };
    Ok(build_anchor_proof(&source).ok())
}

/// A block's id and seal, and the headers on top of it.
type Headers = (BlockHash, Seal, Vec<SealedHeader>);

/// Returns the block at `place` and the headers after it, lowest first.
fn headers(scene: &Scene, place: Place) -> Result<Option<Headers>, IndexError> {
    let Some(block) = scene.view.block(place.height)? else {
        return Ok(None);
    };
    let mut confirming = Vec::new();
    let mut height = place.height;
    while confirming.len() < CONFIRMING {
        height = height.next();
        let Some(block) = scene.view.block(height)? else {
            break;
        };
        confirming.push(SealedHeader {
            header: block.header,
            seal: block.seal,
        });
    }
    Ok(Some((block.id, block.seal, confirming)))
}
