//! `POST /v1/force-transfers`
use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use moneta_api_types::{ForceTransfer, ForceTransferResult, Problem, codes};
use moneta_mips::{Asset, Attachment};
use moneta_wallet::Request;

use crate::error::ApiError;
use crate::extract::{WriteQuery, WriteRequest};
use crate::flow::{Errand, Intent, execute};
use crate::references::{AssetRef, coin_unknown, read_address, read_coins};
use crate::state::{AppState, Scene};
use crate::store::{Subject, WalletId};

#[utoipa::path(
    post, path = "/v1/force-transfers", tag = "freezes", operation_id = "force_transfer",
    summary = "Take the units of coins under an ORDER",
    description = include_str!("../../../../../../docs/api/force-transfers.md"),
    params(
        ("Idempotency-Key" = String, Header, description = "A value of your own, new for each transfer; not needed for a dry run"),
        WriteQuery,
    ),
    request_body = ForceTransfer,
    responses(
        (status = 201, description = "The transfer", body = ForceTransferResult),
        (status = 200, description = "A dry run: what would happen", body = ForceTransferResult),
        (status = "4XX", description = "Refused; nothing has changed", body = Problem, content_type = "application/problem+json"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    request: WriteRequest<ForceTransfer>,
) -> Result<Response, ApiError> {
    let dry_run = request.body.dry_run;
    request
        .once(state, dry_run, |state, ticket, body| async move {
            let errand = Errand {
                owner: ticket.tenant.clone(),
                wallet: WalletId::from_text(&body.wallet_id),
                prefix: "fct",
            };
            execute(&state, &ticket, errand, move |scene| intend(&body, scene)).await
        })
        .await
}

fn intend(body: &ForceTransfer, scene: &Scene) -> Result<Intent, ApiError> {
    let asset = AssetRef::find(&body.asset, &scene.view)
        .and_then(AssetRef::issued)
        .map_err(|error| error.at("/asset"))?;
    let to = read_address(&body.to, scene.params.network, "/to")?;
    let from = units_of(&body.coins, &asset, scene)?;
    let amount = from
        .values()
        .try_fold(0_u64, |sum, one| sum.checked_add(*one));
    let amount = amount.ok_or_else(|| ApiError::internal(&"more units than there can be"))?;
    let subject = Subject::ForceTransfer {
        asset: asset.id,
        coins: from.keys().copied().collect(),
        to: body.to.clone(),
        amount,
        decimals: asset.decimals,
    };
    Ok(Intent {
        request: Request::ForceTransfer {
            asset: asset.id,
            from,
            to,
        },
        asset: Some(asset.id),
        identity: None,
        subject: Box::new(move |_| subject),
    })
}

/// Finds out how many units each coin holds; the rules ask for all of them.
fn units_of(
    coins: &[String],
    asset: &Asset,
    scene: &Scene,
) -> Result<BTreeMap<bitcoin::OutPoint, u64>, ApiError> {
    let mut units = BTreeMap::new();
    for (index, outpoint) in read_coins(coins, "/coins")?.into_iter().enumerate() {
        let found = scene.view.coin(&outpoint)?;
        let held = found.and_then(|found| match found.coin.attachment {
            Some(Attachment::Asset { id, amount }) if id == asset.id => Some(amount),
            _ => None,
        });
        let at = format!("/coins/{index}");
        let held = held.ok_or_else(|| coin_unknown(&outpoint).at(&at))?;
        if units.insert(outpoint, held).is_some() {
            let said = format!("coin {outpoint} is named twice");
            return Err(ApiError::new(codes::REQUEST_INVALID_FIELD, said).at(at));
        }
    }
    Ok(units)
}
