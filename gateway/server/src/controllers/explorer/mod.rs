//! The explorer's pages.
use axum::Router;

use crate::state::AppState;

/// Returns the routes of this surface.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
}
