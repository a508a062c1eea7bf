//! Short bodies are read before anything is judged. Who is refused by the head of his request alone would else be
//! hung up on while he still sends its body, and lose the next request that he sends on the same connection.
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use moneta_api_types::codes;

use crate::error::ApiError;

/// Bodies announced as longer are read by who wants them: strangers get no more memory than this.
const SHORT: usize = 16 * 1_024;
/// How long a short body may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// Reads a body that is announced as short.
pub(crate) async fn read_short_body(request: Request, next: Next) -> Response {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length: Option<usize> = length.and_then(|length| length.to_str().ok()?.parse().ok());
    if !length.is_some_and(|length| (1..=SHORT).contains(&length)) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(PATIENCE, to_bytes(body, SHORT)).await {
        Ok(Ok(bytes)) => {
            let request = Request::from_parts(parts, Body::from(bytes));
            next.run(request).await
        }
        Ok(Err(_)) => ApiError::new(
            codes::REQUEST_MALFORMED_JSON,
            "the body broke off before its end",
        )
        .into_response(),
        Err(_) => ApiError::new(codes::REQUEST_TIMEOUT, "the body took too long").into_response(),
    }
}
