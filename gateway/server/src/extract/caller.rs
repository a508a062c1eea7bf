//! Who asks: the tenant whose API key the request carries.
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use moneta_api_types::codes;

use crate::error::ApiError;
use crate::state::AppState;
use crate::store::TenantId;

/// Keys are 67 characters; anything much longer is not looked at.
const MAX_KEY: usize = 128;

/// The tenant that asks.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// Its id.
    pub(crate) tenant: TenantId,
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Some(given) = parts.headers.get(header::AUTHORIZATION) else {
            return Err(ApiError::new(
                codes::AUTH_MISSING,
                "send your API key in the header `Authorization: Bearer mk_...`",
            ));
        };
        let invalid = || {
            ApiError::new(
                codes::AUTH_INVALID,
                "this API key is not known: is it whole?",
            )
        };
        let key = given
            .to_str()
            .ok()
            .and_then(|given| given.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, key)| key.trim())
            .filter(|key| key.starts_with("mk_") && key.len() <= MAX_KEY)
            .ok_or_else(invalid)?
            .to_owned();
        let tenant = state.store.read(move |read| read.tenant_of_key(&key)).await;
        match tenant.map_err(ApiError::from)? {
            Some(tenant) => Ok(Self { tenant }),
            None => Err(invalid()),
        }
    }
}
