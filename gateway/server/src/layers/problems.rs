//! Gives each request an id and writes refusals out as problem+json.
use std::any::Any;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::Random;
use crate::error::{ApiError, Refused};
use crate::store::hex;

/// Gives the request an id, and writes the body of a refusal.
pub(crate) async fn write_problems(
    State(random): State<Random>,
    request: Request,
    next: Next,
) -> Response {
    let mut bytes = [0; 8];
    random(&mut bytes);
    let id = format!("req_{}", hex(&bytes));
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let mut response = next.run(request).await;
    if let Some(Refused(error)) = response.extensions_mut().remove::<Refused>() {
        tracing::debug!(%method, %path, %id, code = error.code(), detail = error.detail(), "refused");
        let body = serde_json::to_vec(&error.problem(&id)).expect("a problem is plain data");
        let headers = response.headers_mut();
        headers.remove(header::CONTENT_LENGTH);
        let kind = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, kind);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        *response.body_mut() = Body::from(body);
    }
    if response.status().is_server_error() {
        tracing::warn!(%method, %path, %id, status = response.status().as_u16(), "answered");
    }
    let id = HeaderValue::from_str(&id).expect("hexadecimal digits");
    response.headers_mut().insert("x-request-id", id);
    response
}

/// Answers for a handler that panicked, and says nothing of why.
pub(crate) fn on_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let cause = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words");
    let mut response = ApiError::internal(&cause).into_response();
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}
