//! `POST /v1/wallets/{wallet_id}/recovery-phrase`
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use moneta_api_types::{Problem, RecoveryPhrase};

use crate::error::ApiError;
use crate::extract::{ApiPath, Caller};
use crate::flow::find_wallet;
use crate::state::AppState;
use crate::store::WalletId;

#[utoipa::path(
    post, path = "/v1/wallets/{wallet_id}/recovery-phrase", tag = "wallets", operation_id = "show_recovery_phrase",
    summary = "Leave with your keys",
    description = include_str!("../../../../../../docs/api/recovery-phrase.md"),
    params(("wallet_id" = String, Path, description = "Id of a hosted wallet")),
    responses((status = 200, body = RecoveryPhrase), (status = "4XX", body = Problem, content_type = "application/problem+json")),
    security(("api_key" = [])),
)]
pub(crate) async fn recovery_phrase(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
) -> Result<Response, ApiError> {
    let id = WalletId::from_text(&id);
    let wallet = find_wallet(&state, &caller.tenant, &id).await?;
    let phrase = state.signer.phrase(&caller.tenant, &id).await?;
    let body = RecoveryPhrase {
        phrase: (*phrase).clone(),
        derivation: "m/84'/1'/0'".into(),
        descriptor: wallet.descriptor,
    };
    // The one answer that holds a secret: nobody on the way may keep it.
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}
