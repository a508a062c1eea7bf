//! `POST /v1/identities`
use axum::extract::State;
use axum::response::Response;
use moneta_api_types::{Problem, RegisterIdentity, RegisteredIdentity, codes};
use moneta_mips::IdentityId;
use moneta_wallet::Request;
use serde_json::Value;

use crate::error::ApiError;
use crate::extract::{WriteQuery, WriteRequest};
use crate::flow::{Errand, Intent, execute};
use crate::state::AppState;
use crate::store::{Subject, WalletId};

#[utoipa::path(
    post, path = "/v1/identities", tag = "identities", operation_id = "register_identity",
    summary = "Register an identity",
    description = include_str!("../../../../../../docs/api/identities.md"),
    params(
        ("Idempotency-Key" = String, Header, description = "A value of your own, new for each identity; not needed for a dry run"),
        WriteQuery,
    ),
    request_body = RegisterIdentity,
    responses(
        (status = 201, description = "The identity", body = RegisteredIdentity),
        (status = 200, description = "A dry run: what would happen", body = RegisteredIdentity),
        (status = "4XX", description = "Refused; nothing has changed", body = Problem, content_type = "application/problem+json"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn register(
    State(state): State<AppState>,
    request: WriteRequest<RegisterIdentity>,
) -> Result<Response, ApiError> {
    let dry_run = request.body.dry_run;
    request
        .once(state, dry_run, |state, ticket, body| async move {
            let salt = state.draw();
            let errand = Errand {
                owner: ticket.tenant.clone(),
                wallet: WalletId::from_text(&body.wallet_id),
                prefix: "op",
            };
            execute(&state, &ticket, errand, move |_| intend(body, salt)).await
        })
        .await
}

fn intend(body: RegisterIdentity, salt: [u8; 32]) -> Result<Intent, ApiError> {
    let document = match body.document {
        None => "{}".to_owned(),
        Some(document @ Value::Object(_)) => document.to_string(),
        Some(_) => {
            let said = "a document is a JSON object";
            return Err(ApiError::new(codes::REQUEST_INVALID_FIELD, said).at("/document"));
        }
    };
    let identity = moneta_mips::RegisterIdentity {
        handle: body.handle,
        document,
        recovery: [0; 32],
        salt,
    };
    let registered = identity.clone();
    Ok(Intent {
        request: Request::Register(identity),
        asset: None,
        identity: None,
        subject: Box::new(move |plan| {
            let first = &plan.psbt.unsigned_tx.input[0].previous_output;
            Subject::Identity {
                id: IdentityId::derive(first, 0, &registered),
            }
        }),
    })
}
