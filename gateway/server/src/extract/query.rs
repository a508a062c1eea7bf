//! Query parameters.
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use moneta_api_types::codes;
use serde::de::DeserializeOwned;

use crate::error::ApiError;

/// The parameters behind the `?`.
pub(crate) struct ApiQuery<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(parameters)) => Ok(Self(parameters)),
            Err(refused) => {
                let said = refused.body_text();
                let detail = said.rsplit(": ").next().unwrap_or(&said).to_owned();
                Err(ApiError::new(codes::REQUEST_INVALID_FIELD, detail).at("?"))
            }
        }
    }
}
