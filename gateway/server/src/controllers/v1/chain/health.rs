//! `GET /health`
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use moneta_api_types::Health;

use crate::state::AppState;

/// Blocks the index may be behind without a word.
const SLACK: u32 = 2;

#[utoipa::path(
    get, path = "/health", tag = "chain", operation_id = "health",
    summary = "Whether the gateway can do its work",
    description = include_str!("../../../../../../docs/api/health.md"),
    responses(
        (status = 200, description = "It can", body = Health),
        (status = 503, description = "Its index is behind the chain", body = Health),
    ),
)]
pub(crate) async fn health(State(state): State<AppState>) -> (StatusCode, Json<Health>) {
    let (height, index_height) = (state.node.tip().await.height, state.index.tip().height);
    let behind = height.blocks_since(index_height) > SLACK;
    let (status, word) = match behind {
        true => (StatusCode::SERVICE_UNAVAILABLE, "catching_up"),
        false => (StatusCode::OK, "ok"),
    };
    let (height, index_height) = (height.to_u32(), index_height.to_u32());
    (
        status,
        Json(Health {
            status: word.into(),
            height,
            index_height,
        }),
    )
}
