//! `GET /v1/notarisations/{notarisation_id}`
use axum::Json;
use axum::extract::State;
use moneta_api_types::{Notarisation, Problem};
use serde_json::Value;

use super::proof::find;
use crate::error::ApiError;
use crate::extract::{ApiPath, Caller};
use crate::flow::progress_of;
use crate::state::AppState;
use crate::views::render_operation;

#[utoipa::path(
    get, path = "/v1/notarisations/{notarisation_id}", tag = "notarisations", operation_id = "show_notarisation",
    summary = "One notarisation, and how far it has come",
    description = "Its digest, its transaction and, once there is one, its block.",
    params(("notarisation_id" = String, Path, description = "Id of the notarisation")),
    responses((status = 200, body = Notarisation), (status = "4XX", body = Problem, content_type = "application/problem+json")),
    security(("api_key" = [])),
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
) -> Result<Json<Value>, ApiError> {
    let (notarisation, _) = find(&state, &caller.tenant, &id).await?;
    let progress = progress_of(&state, &notarisation).await?;
    render_operation(&state, &notarisation, &progress)
        .await
        .map(Json)
}
