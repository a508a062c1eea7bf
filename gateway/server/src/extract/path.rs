//! Path parameters; what does not decode is at no path.
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use moneta_api_types::codes;
use serde::de::DeserializeOwned;

use crate::error::ApiError;

/// The parameters of the path.
pub(crate) struct ApiPath<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for ApiPath<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(parameters)) => Ok(Self(parameters)),
            Err(_) => Err(ApiError::new(
                codes::REQUEST_NOT_FOUND,
                "there is nothing at this path",
            )),
        }
    }
}
