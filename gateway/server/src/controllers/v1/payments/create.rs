//! `POST /v1/payments`
use axum::extract::State;
use axum::response::Response;
use bitcoin::Amount;
use moneta_api_types::{CreatePayment, Payment, Problem};
use moneta_wallet::Request;

use crate::error::ApiError;
use crate::extract::{WriteQuery, WriteRequest};
use crate::flow::{Errand, Intent, execute};
use crate::references::{AssetRef, check_text, read_address, read_amount};
use crate::state::{AppState, Scene};
use crate::store::{Subject, WalletId};

#[utoipa::path(
    post, path = "/v1/payments", tag = "payments", operation_id = "create_payment",
    summary = "Pay MTA or units of an asset",
    description = include_str!("../../../../../../docs/api/payments.md"),
    params(
        ("Idempotency-Key" = String, Header, description = "A value of your own, new for each payment; not needed for a dry run"),
        WriteQuery,
    ),
    request_body = CreatePayment,
    responses(
        (status = 201, description = "The payment", body = Payment),
        (status = 200, description = "A dry run: what would happen", body = Payment),
        (status = "4XX", description = "Refused; nothing has changed", body = Problem, content_type = "application/problem+json"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    request: WriteRequest<CreatePayment>,
) -> Result<Response, ApiError> {
    if let Some(note) = &request.body.note {
        check_text(note, 256, "/note")?;
    }
    let dry_run = request.body.dry_run;
    request
        .once(state, dry_run, |state, ticket, body| async move {
            let errand = Errand {
                owner: ticket.tenant.clone(),
                wallet: WalletId::from_text(&body.wallet_id),
                prefix: "pay",
            };
            execute(&state, &ticket, errand, move |scene| intend(body, scene)).await
        })
        .await
}

fn intend(body: CreatePayment, scene: &Scene) -> Result<Intent, ApiError> {
    let to = read_address(&body.to, scene.params.network, "/to")?;
    let asset = AssetRef::find(&body.asset, &scene.view).map_err(|error| error.at("/asset"))?;
    let decimals = asset.decimals();
    let amount = read_amount(&body.amount, decimals, "/amount")?;
    let (request, asset) = match asset {
        AssetRef::Native => (
            Request::Pay {
                to,
                amount: Amount::from_sat(amount),
            },
            None,
        ),
        AssetRef::Issued(asset) => (
            Request::Send {
                asset: asset.id,
                to,
                amount,
            },
            Some(asset.id),
        ),
    };
    let subject = Subject::Payment {
        to: body.to,
        asset,
        amount,
        decimals,
        note: body.note,
    };
    Ok(Intent {
        request,
        asset,
        identity: None,
        subject: Box::new(move |_| subject),
    })
}
