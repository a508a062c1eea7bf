//! `GET /v1/wallets/{wallet_id}`
use axum::Json;
use axum::extract::State;
use moneta_api_types::{Problem, Wallet};

use super::render_wallet;
use crate::error::ApiError;
use crate::extract::{ApiPath, Caller};
use crate::flow::find_wallet;
use crate::state::AppState;
use crate::store::WalletId;

#[utoipa::path(
    get, path = "/v1/wallets/{wallet_id}", tag = "wallets", operation_id = "show_wallet",
    summary = "One wallet",
    description = "Its name, kind and public descriptor.",
    params(("wallet_id" = String, Path, description = "Id of the wallet")),
    responses((status = 200, body = Wallet), (status = "4XX", body = Problem, content_type = "application/problem+json")),
    security(("api_key" = [])),
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
) -> Result<Json<Wallet>, ApiError> {
    let wallet = find_wallet(&state, &caller.tenant, &WalletId::from_text(&id)).await?;
    Ok(Json(render_wallet(&wallet)))
}
