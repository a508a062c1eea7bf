//! What a handler answers when it refuses: one type, one body, stable codes.
//!
//! Causes inside the gateway go to the log; the client gets `gateway.internal` and a request id.

mod from;
mod status;

use std::borrow::Cow;
use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use moneta_api_types::{FieldProblem, Problem, codes, find_code};

/// A refusal on its way to the client.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    status: u16,
    code: Cow<'static, str>,
    title: Cow<'static, str>,
    detail: String,
    retryable: bool,
    fields: Vec<FieldProblem>,
}

impl ApiError {
    /// Makes a refusal with a code of the gateway's own; the table of codes tells the rest.
    pub(crate) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self::of(Cow::Borrowed(code), detail.into())
    }

    /// Makes a refusal with a code that a rule of the chain or of the wallet gave.
    pub(crate) fn of(code: Cow<'static, str>, detail: String) -> Self {
        let (status, retryable, title) = match find_code(&code) {
            Some(known) => (known.status, known.retryable, known.title),
            None => status::of_rule(&code),
        };
        Self {
            status,
            code,
            title: Cow::Borrowed(title),
            detail,
            retryable,
            fields: Vec::new(),
        }
    }

    /// Names the field that is wrong: a JSON pointer, or `?name` for a query parameter.
    pub(crate) fn at(mut self, pointer: impl Into<String>) -> Self {
        let detail = self.detail.clone();
        self.fields.push(FieldProblem {
            pointer: pointer.into(),
            detail,
        });
        self
    }

    /// Names the field that the rule speaks of, if it is known and none is named yet.
    pub(crate) fn at_field_of_rule(self) -> Self {
        match status::field_of_rule(&self.code) {
            Some(pointer) if self.fields.is_empty() => self.at(pointer),
            _ => self,
        }
    }

    /// Logs what broke inside the gateway and makes the refusal that says nothing of it.
    pub(crate) fn internal(cause: &(dyn std::fmt::Display + '_)) -> Self {
        tracing::error!(%cause, "the gateway could not do what it was asked");
        Self::new(
            codes::GATEWAY_INTERNAL,
            "something broke in the gateway; nothing was changed unless a later answer says so",
        )
    }

    /// Returns the stable code.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// Returns the sentence.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// Writes the body.
    pub(crate) fn problem(&self, request_id: &str) -> Problem {
        Problem {
            kind: format!("urn:moneta:problem:{}", self.code),
            title: self.title.clone().into_owned(),
            status: self.status,
            detail: self.detail.clone(),
            code: self.code.clone().into_owned(),
            retryable: self.retryable,
            request_id: request_id.to_owned(),
            errors: self.fields.clone(),
        }
    }
}

/// A refusal that the outermost layer writes out, once it knows the request's id.
#[derive(Clone)]
pub(crate) struct Refused(pub(crate) Arc<ApiError>);

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        let headers = response.headers_mut();
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.retryable {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response.extensions_mut().insert(Refused(Arc::new(self)));
        response
    }
}
