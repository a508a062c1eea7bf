//! `POST /v1/assets/{asset}/mints`
use axum::extract::State;
use axum::response::Response;
use moneta_api_types::{MintAsset, Problem, SupplyChange};
use moneta_wallet::Request;

use crate::error::ApiError;
use crate::extract::{ApiPath, WriteQuery, WriteRequest};
use crate::flow::{Errand, Intent, execute};
use crate::references::{AssetRef, read_address, read_amount};
use crate::state::{AppState, Scene};
use crate::store::{Subject, WalletId};

#[utoipa::path(
    post, path = "/v1/assets/{asset}/mints", tag = "assets", operation_id = "mint_asset",
    summary = "Create more units of an asset",
    description = "The wallet must hold the right to mint; the supply never exceeds the cap. The units go to the wallet, or to `to`.",
    params(
        ("asset" = String, Path, description = "Id of the asset, 64 hexadecimal digits"),
        ("Idempotency-Key" = String, Header, description = "A value of your own, new for each mint; not needed for a dry run"),
        WriteQuery,
    ),
    request_body = MintAsset,
    responses(
        (status = 201, description = "The mint", body = SupplyChange),
        (status = 200, description = "A dry run: what would happen", body = SupplyChange),
        (status = "4XX", description = "Refused; nothing has changed", body = Problem, content_type = "application/problem+json"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn mint(
    State(state): State<AppState>,
    ApiPath(asset): ApiPath<String>,
    request: WriteRequest<MintAsset>,
) -> Result<Response, ApiError> {
    let dry_run = request.body.dry_run;
    request
        .once(state, dry_run, move |state, ticket, body| async move {
            let errand = Errand {
                owner: ticket.tenant.clone(),
                wallet: WalletId::from_text(&body.wallet_id),
                prefix: "op",
            };
            execute(&state, &ticket, errand, move |scene| {
                intend(&asset, &body, scene)
            })
            .await
        })
        .await
}

fn intend(asset: &str, body: &MintAsset, scene: &Scene) -> Result<Intent, ApiError> {
    let asset = AssetRef::find(asset, &scene.view)?.issued()?;
    let amount = read_amount(&body.amount, asset.decimals, "/amount")?;
    let (asset, decimals) = (asset.id, asset.decimals);
    let to = match &body.to {
        Some(to) => Some(read_address(to, scene.params.network, "/to")?),
        None => None,
    };
    let request = Request::Mint { asset, amount, to };
    Ok(Intent {
        request,
        asset: Some(asset),
        identity: None,
        subject: Box::new(move |_| Subject::Mint {
            asset,
            amount,
            decimals,
        }),
    })
}
