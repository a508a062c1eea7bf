//! A request that writes: caller, body, Idempotency-Key, and whether to wait for a block.
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::HeaderMap;
use bitcoin::hashes::{Hash, HashEngine, sha256};
use moneta_api_types::codes;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use super::body::{parse, read_body};
use super::{ApiQuery, Caller};
use crate::error::ApiError;
use crate::state::AppState;

/// Longest Idempotency-Key, in characters.
const MAX_KEY: usize = 255;

/// How to answer a write.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WriteQuery {
    /// Wait until the transaction is in a block, at most 30 seconds.
    #[serde(default)]
    pub(crate) confirm: bool,
}

/// The key a client gave its request, so that sending it again does it once.
#[derive(Debug, Clone)]
pub(crate) struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Returns the text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, ApiError> {
        let Some(given) = headers.get("idempotency-key") else {
            return Ok(None);
        };
        let visible = |text: &&str| {
            (1..=MAX_KEY).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
        };
        match given.to_str().ok().filter(visible) {
            Some(key) => Ok(Some(Self(key.to_owned()))),
            None => Err(ApiError::new(
                codes::IDEMPOTENCY_KEY_INVALID,
                "an Idempotency-Key has 1 to 255 visible ASCII characters and no space",
            )),
        }
    }
}

/// A request that writes.
pub(crate) struct WriteRequest<T> {
    /// Who asks.
    pub(crate) caller: Caller,
    /// The key, if one was given.
    pub(crate) key: Option<IdempotencyKey>,
    /// SHA-256 of method, path and body: what makes two requests the same.
    pub(crate) fingerprint: [u8; 32],
    /// Whether to wait for a block.
    pub(crate) confirm: bool,
    /// What is asked.
    pub(crate) body: T,
}

impl<T: DeserializeOwned> FromRequest<AppState> for WriteRequest<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, state).await?;
        let key = IdempotencyKey::from_headers(&parts.headers)?;
        let ApiQuery(query) = ApiQuery::<WriteQuery>::from_request_parts(&mut parts, state).await?;
        let mut engine = sha256::Hash::engine();
        for part in [parts.method.as_str(), " ", parts.uri.path(), "\n"] {
            engine.input(part.as_bytes());
        }
        let bytes = read_body(Request::from_parts(parts, body), state).await?;
        engine.input(&bytes);
        Ok(Self {
            caller,
            key,
            fingerprint: sha256::Hash::from_engine(engine).to_byte_array(),
            confirm: query.confirm,
            body: parse(&bytes)?,
        })
    }
}
