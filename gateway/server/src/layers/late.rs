//! Gives up on answers that take too long. Writes go on by themselves: asking again with the same
//! Idempotency-Key tells what became of them.
use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use moneta_api_types::codes;

use crate::error::ApiError;

/// Longer than a client may wait for a block.
const PATIENCE: Duration = Duration::from_secs(45);

/// Answers `request.timeout` when the handler takes too long.
pub(crate) async fn stop_late(request: Request, next: Next) -> Response {
    match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::new(
            codes::REQUEST_TIMEOUT,
            "the answer took too long; if this was a write, ask again with the same Idempotency-Key to learn what became of it",
        )
        .into_response(),
    }
}
