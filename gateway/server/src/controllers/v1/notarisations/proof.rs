//! `GET /v1/notarisations/{notarisation_id}/proof`
use axum::Json;
use axum::extract::State;
use bitcoin::hashes::hex::FromHex;
use moneta_api_types::{Problem, codes};
use moneta_chain::SealedHeader;
use moneta_wallet::{AnchorProof, AnchorSource, build_anchor_proof};

use crate::error::ApiError;
use crate::extract::{ApiPath, Caller};
use crate::state::AppState;
use crate::store::{OperationId, OperationRecord, Subject, TenantId};
use crate::views::find_operation;

/// Most blocks after its own that a proof carries.
const CONFIRMING: u32 = 100;

#[utoipa::path(
    get, path = "/v1/notarisations/{notarisation_id}/proof", tag = "notarisations", operation_id = "prove_notarisation",
    summary = "The proof of a notarisation, to be checked offline",
    description = include_str!("../../../../../../docs/api/proofs.md"),
    params(("notarisation_id" = String, Path, description = "Id of the notarisation")),
    responses(
        (status = 200, description = "The proof: keep it beside the document; `moneta verify` checks it without any server", body = Object),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn proof(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
) -> Result<Json<AnchorProof>, ApiError> {
    let (notarisation, digest) = find(&state, &caller.tenant, &id).await?;
    let txid = notarisation.txid;
    let (place, highest) = state
        .look(move |scene| Ok((scene.view.place_of(&txid)?, scene.view.tip().height)))
        .await?;
    let not_confirmed = || {
        ApiError::new(
            codes::NOTARISATION_NOT_CONFIRMED,
            "the notarisation is not in a block yet, so there is nothing to prove; ask again after the next block",
        )
    };
    let height = place.ok_or_else(not_confirmed)?.height;
    let last = highest
        .to_u32()
        .min(height.to_u32().saturating_add(CONFIRMING));
    // Of one chain, whatever becomes of it meanwhile: headers of two are no proof.
    let chain = state.node.view().await;
    let mut blocks = Vec::new();
    for height in height.to_u32()..=last {
        let id = chain.block_id_at(moneta_chain::Height::new(height)).await;
        let block = match id {
            Some(id) => state.node.block(id).await?,
            None => None,
        };
        let Some(block) = block else { break };
        blocks.push(block.block);
    }
    let confirming: Vec<SealedHeader> = blocks
        .iter()
        .skip(1)
        .map(|block| block.sealed_header())
        .collect();
    let first = blocks.first().ok_or_else(not_confirmed)?;
    let source = AnchorSource {
        network: state.network(),
        digest,
        txid,
        block: &first.block,
        seal: first.seal,
        confirming: &confirming,
    };
    Ok(Json(build_anchor_proof(&source)?))
}

/// Finds a notarisation of a tenant, and its digest.
pub(super) async fn find(
    state: &AppState,
    tenant: &TenantId,
    id: &str,
) -> Result<(OperationRecord, [u8; 32]), ApiError> {
    let unknown = codes::NOTARISATION_UNKNOWN;
    let found = find_operation(state, tenant, &OperationId::from_text(id), unknown).await?;
    let digest = match &found.subject {
        Subject::Notarisation { digest, .. } => <[u8; 32]>::from_hex(digest).ok(),
        _ => None,
    };
    let digest = digest.ok_or_else(|| {
        ApiError::new(
            unknown,
            "there is no notarisation of this id under your API key",
        )
    })?;
    Ok((found, digest))
}
