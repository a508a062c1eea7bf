//! All routes of the gateway, put together.
use axum::Router;

use crate::controllers::{esplora, explorer, v1};
use crate::state::AppState;

/// Returns every route: `/v1`, Esplora's under `/api`, and the explorer's pages.
pub(crate) fn router(state: AppState) -> Router {
    Router::new()
        .merge(v1::router())
        .nest("/api", esplora::router())
        .merge(explorer::router())
        .with_state(state)
}
