//! Esplora's HTTP interface, mounted below `/api`, for stock clients.
use axum::Router;

use crate::state::AppState;

/// Returns the routes of this surface.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
}
