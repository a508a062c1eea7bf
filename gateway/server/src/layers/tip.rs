//! Says of which block an answer is: `X-Tip-Height` and `X-Tip-Hash`.
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;

use crate::state::AppState;

/// Adds the index's tip as it was when the request came: the answer is of that block or a later one.
pub(crate) async fn add_tip(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let tip = state.index.tip();
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert("x-tip-height", HeaderValue::from(tip.height.to_u32()));
    if let Ok(id) = HeaderValue::from_str(&tip.id.to_string()) {
        headers.insert("x-tip-hash", id);
    }
    response
}
