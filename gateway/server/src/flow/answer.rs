//! The answer to a write, kept as the bytes that are sent: a replay repeats them.
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// The answer to a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// HTTP status.
    pub(crate) status: u16,
    /// The JSON body.
    pub(crate) body: String,
}

impl Answer {
    /// Something was made.
    pub(crate) fn created<T: Serialize>(body: &T) -> Self {
        Self::of(201, body)
    }

    /// Something was done, or would be.
    pub(crate) fn ok<T: Serialize>(body: &T) -> Self {
        Self::of(200, body)
    }

    pub(crate) fn of<T: Serialize>(status: u16, body: &T) -> Self {
        let body = serde_json::to_string(body).expect("answers are maps with text keys");
        Self { status, body }
    }

    /// Writes the response of a request that was answered before.
    pub(crate) fn replayed(self) -> Response {
        let mut response = self.into_response();
        let replayed = HeaderValue::from_static("true");
        response
            .headers_mut()
            .insert("idempotent-replayed", replayed);
        response
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let kind = [(header::CONTENT_TYPE, "application/json")];
        (status, kind, self.body).into_response()
    }
}
