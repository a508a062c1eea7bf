//! `POST /v1/freezes`
use axum::extract::State;
use axum::response::Response;
use moneta_api_types::{FreezeCoins, FreezeResult, Problem, codes};
use moneta_mips::{Freeze, Tier};
use moneta_wallet::Request;

use super::read_targets;
use crate::error::ApiError;
use crate::extract::{WriteQuery, WriteRequest};
use crate::flow::{Errand, Intent, execute};
use crate::references::{AssetRef, read_hash};
use crate::state::{AppState, Scene};
use crate::store::{Subject, WalletId};
use crate::views::reason_of;

#[utoipa::path(
    post, path = "/v1/freezes", tag = "freezes", operation_id = "freeze_coins",
    summary = "Freeze coins, addresses, or a whole asset",
    description = include_str!("../../../../../../docs/api/freezes.md"),
    params(
        ("Idempotency-Key" = String, Header, description = "A value of your own, new for each freeze; not needed for a dry run"),
        WriteQuery,
    ),
    request_body = FreezeCoins,
    responses(
        (status = 201, description = "The freeze", body = FreezeResult),
        (status = 200, description = "A dry run: what would happen", body = FreezeResult),
        (status = "4XX", description = "Refused; nothing has changed", body = Problem, content_type = "application/problem+json"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    request: WriteRequest<FreezeCoins>,
) -> Result<Response, ApiError> {
    let dry_run = request.body.dry_run;
    request
        .once(state, dry_run, |state, ticket, body| async move {
            let errand = Errand {
                owner: ticket.tenant.clone(),
                wallet: WalletId::from_text(&body.wallet_id),
                prefix: "frz",
            };
            execute(&state, &ticket, errand, move |scene| intend(&body, scene)).await
        })
        .await
}

fn intend(body: &FreezeCoins, scene: &Scene) -> Result<Intent, ApiError> {
    let asset = AssetRef::find(&body.asset, &scene.view)
        .and_then(AssetRef::issued)
        .map_err(|error| error.at("/asset"))?;
    let (coins, addresses) = (&body.coins, &body.addresses);
    let (targets, named) = read_targets(coins, addresses, body.whole_asset, &asset, scene)?;
    let invalid = |said: &str, at: &str| ApiError::new(codes::REQUEST_INVALID_FIELD, said).at(at);
    let jurisdiction: [u8; 2] = body.jurisdiction.as_bytes().try_into().map_err(|_| {
        invalid(
            "a jurisdiction is two capital letters, such as `CH` (ISO 3166-1)",
            "/jurisdiction",
        )
    })?;
    if body.blocks == 0 {
        return Err(invalid("a freeze holds for one block at least", "/blocks"));
    }
    // Counted from the block that can hold it first.
    let stop = scene.view.tip().height.next().saturating_add(body.blocks);
    let (tier, document) = match &body.document_hash {
        Some(hash) => (Tier::Order, read_hash(hash, "/document_hash")?),
        None => (Tier::Emergency, [0; 32]),
    };
    let freeze = Freeze {
        asset: asset.id,
        targets,
        tier,
        stop,
        reason: reason_of(body.reason),
        jurisdiction,
        document,
    };
    let asset = asset.id;
    let subject = Subject::Freeze {
        asset,
        named,
        stop_height: stop.to_u32(),
    };
    Ok(Intent {
        request: Request::Freeze(freeze),
        asset: Some(asset),
        identity: None,
        subject: Box::new(move |_| subject),
    })
}
