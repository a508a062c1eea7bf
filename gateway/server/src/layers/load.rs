//! Turns requests away while too many are under way: a refusal now is better than an answer too late.
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use moneta_api_types::codes;
use tokio::sync::Semaphore;

use crate::error::ApiError;

/// Most requests of `/v1` at once. Those that wait for a block count as well.
pub(crate) const MOST: usize = 1_024;

/// Answers `request.busy` while too many requests are under way.
pub(crate) async fn shed_load(
    State(places): State<Arc<Semaphore>>,
    request: Request,
    next: Next,
) -> Response {
    match places.try_acquire() {
        Ok(_place) => next.run(request).await,
        Err(_) => ApiError::new(
            codes::REQUEST_BUSY,
            "the gateway has too much to do at once; ask again in a moment",
        )
        .into_response(),
    }
}
