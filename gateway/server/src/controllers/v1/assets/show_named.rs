//! `GET /v1/assets/{handle}/{symbol}`
use axum::Json;
use axum::extract::State;
use moneta_api_types::{Asset, Problem};

use super::show::find;
use crate::error::ApiError;
use crate::extract::ApiPath;
use crate::state::AppState;

#[utoipa::path(
    get, path = "/v1/assets/{asset}/{symbol}", tag = "assets", operation_id = "show_named_asset",
    summary = "One asset, by its issuer's handle and its symbol",
    description = "No API key is needed.",
    params(
        ("asset" = String, Path, description = "Handle of the issuer"),
        ("symbol" = String, Path, description = "Symbol of the asset"),
    ),
    responses((status = 200, body = Asset), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub(crate) async fn show_named(
    State(state): State<AppState>,
    ApiPath((handle, symbol)): ApiPath<(String, String)>,
) -> Result<Json<Asset>, ApiError> {
    find(&state, format!("{handle}/{symbol}")).await
}
