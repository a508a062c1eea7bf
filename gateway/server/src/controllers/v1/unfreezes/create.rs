//! `POST /v1/unfreezes`
use axum::extract::State;
use axum::response::Response;
use moneta_api_types::{Problem, UnfreezeCoins, UnfreezeResult};
use moneta_mips::{Asset, Rights, Target, Targets, Tier};
use moneta_wallet::Request;

use crate::controllers::v1::freezes::read_targets;
use crate::error::ApiError;
use crate::extract::{WriteQuery, WriteRequest};
use crate::flow::{Errand, Intent, execute};
use crate::references::AssetRef;
use crate::state::{AppState, Scene};
use crate::store::{Subject, WalletId};

#[utoipa::path(
    post, path = "/v1/unfreezes", tag = "freezes", operation_id = "unfreeze_coins",
    summary = "Lift freezes",
    description = include_str!("../../../../../../docs/api/unfreezes.md"),
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
    let (coins, addresses) = (&body.coins, &body.addresses);
    let (targets, named) = read_targets(coins, addresses, body.whole_asset, &asset, scene)?;
    let rights = rights_to_lift(&targets, &asset, scene)?;
    let asset = asset.id;
    let subject = Subject::Unfreeze { asset, named };
    Ok(Intent {
        request: Request::Unfreeze {
            asset,
            targets,
            rights,
        },
        asset: Some(asset),
        identity: None,
        subject: Box::new(move |_| subject),
    })
}

/// An ORDER that holds takes COMPLIANCE too, as long as anybody has it (MIP-1, 1.13).
fn rights_to_lift(targets: &Targets, asset: &Asset, scene: &Scene) -> Result<Rights, ApiError> {
    let compliance = asset.powers.intersection(Rights::COMPLIANCE);
    for target in Target::each(asset.id, targets) {
        let freeze = scene.view.freeze_on(&target)?;
        if freeze.is_some_and(|freeze| freeze.tier == Tier::Order) {
            return Ok(Rights::FREEZE.union(compliance));
        }
    }
    Ok(Rights::FREEZE)
}
