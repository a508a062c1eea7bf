//! The gateway's own API, `/v1`.
use axum::Router;

use crate::state::AppState;

/// Returns the routes of this surface.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
}
