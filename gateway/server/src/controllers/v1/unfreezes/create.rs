//! `POST /v1/unfreezes`
use axum::extract::State;
use axum::response::Response;
use moneta_api_types::{Problem, UnfreezeCoins, UnfreezeResult};
use moneta_wallet::Request;

use crate::error::ApiError;
use crate::extract::{WriteQuery, WriteRequest};
use crate::flow::{Errand, Intent, execute};
use crate::references::{AssetRef, check_held, read_coins};
use crate::state::{AppState, Scene};
use crate::store::{Subject, WalletId};

#[utoipa::path(
    post, path = "/v1/unfreezes", tag = "freezes", operation_id = "unfreeze_coins",
    summary = "Lift freezes",
    description = "The wallet must hold the right to freeze. The coins move again from the block after the one that holds this.",
    params(
        ("Idempotency-Key" = String, Header, description = "A value of your own; not needed for a dry run"),
        WriteQuery,
    ),
    request_body = UnfreezeCoins,
    responses(
        (status = 201, description = "The freezes are being lifted", body = UnfreezeResult),
        (status = 200, description = "A dry run: what would happen", body = UnfreezeResult),
        (status = "4XX", description = "Refused; nothing has changed", body = Problem, content_type = "application/problem+json"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    request: WriteRequest<UnfreezeCoins>,
) -> Result<Response, ApiError> {
    let dry_run = request.body.dry_run;
    request
        .once(state, dry_run, |state, ticket, body| async move {
            let errand = Errand {
                owner: ticket.tenant.clone(),
                wallet: WalletId::from_text(&body.wallet_id),
                prefix: "ufz",
            };
            execute(&state, &ticket, errand, move |scene| intend(&body, scene)).await
        })
        .await
}

fn intend(body: &UnfreezeCoins, scene: &Scene) -> Result<Intent, ApiError> {
    let asset = AssetRef::find(&body.asset, &scene.view)
        .and_then(AssetRef::issued)
        .map_err(|error| error.at("/asset"))?;
    let coins = read_coins(&body.coins, "/coins")?;
    check_held(&coins, &asset, scene)?;
    let asset = asset.id;
    let subject = Subject::Unfreeze {
        asset,
        coins: coins.clone(),
    };
    Ok(Intent {
        request: Request::Unfreeze {
            asset,
            targets: coins.into(),
        },
        asset: Some(asset),
        identity: None,
        subject: Box::new(move |_| subject),
    })
}
