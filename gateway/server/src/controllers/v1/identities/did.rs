//! `GET /v1/identities/{identity}/did`
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use moneta_api_types::{Problem, codes};
use moneta_identity::did::{Resolution, ResolutionError, Version, Versions, did_of, resolve};
use moneta_mips::IdentityId;

use crate::error::ApiError;
use crate::extract::ApiPath;
use crate::references::find_identity;
use crate::state::AppState;
use crate::views::KnownVersions;

/// Media type of a whole resolution: document and metadata.
const RESOLUTION: &str = "application/did-resolution";

#[utoipa::path(
    get, path = "/v1/identities/{identity}/did", tag = "identities", operation_id = "resolve_did",
    summary = "The DID document of an identity",
    description = include_str!("../../../../../../docs/api/did.md"),
    params(
        ("identity" = String, Path, description = "Handle, id, or `did:moneta:<id>`"),
        ("versionId" = Option<String>, Query, description = "Transaction that made the version"),
        ("versionTime" = Option<String>, Query, description = "The version of that time, as `2026-11-21T05:40:00Z`"),
        ("height" = Option<u32>, Query, description = "The version of that height"),
    ),
    responses(
        (status = 200, description = "A DID document (W3C DID Core 1.0), or with `Accept: application/did-resolution` document and metadata", body = Object, content_type = "application/did+json"),
        (status = 410, description = "The identity is revoked: a document without keys", body = Object, content_type = "application/did+json"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn did(
    State(state): State<AppState>,
    ApiPath(name): ApiPath<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let accept = headers.get(header::ACCEPT);
    let accept = accept.and_then(|accept| accept.to_str().ok());
    let whole = accept.is_some_and(|accept| accept.contains("did-resolution"));
    let linked = accept.is_some_and(|accept| accept.contains("application/did+ld+json"));
    let form = if linked || whole {
        "application/did+ld+json"
    } else {
        "application/did+json"
    };
    let asked = name.clone();
    let looked = state
        .look(move |scene| {
            let id = find_identity(&name, &scene.view)?.id;
            let versions = KnownVersions::of(&id, &scene.view)?;
            let url = match query {
                Some(query) => format!("{}?{query}", did_of(&id)),
                None => did_of(&id),
            };
            Ok(resolve(&url, Some(form), &versions))
        })
        .await;
    match (whole, looked) {
        (true, Ok(resolution)) => Ok(answer_whole(&resolution)),
        (true, Err(error)) => Ok(answer_whole(&refused(&asked, &error))),
        (false, looked) => answer(&looked?, form),
    }
}

/// Writes the document alone; what does not resolve is refused as everywhere.
fn answer(resolution: &Resolution, form: &'static str) -> Result<Response, ApiError> {
    match (&resolution.document, error_of(resolution)) {
        (Some(document), _) => {
            let kind = [(header::CONTENT_TYPE, form)];
            Ok((status_of(resolution), kind, document.to_string()).into_response())
        }
        (None, Some("notFound")) => {
            let said = "this identity has no such version";
            Err(ApiError::new(codes::IDENTITY_UNKNOWN, said))
        }
        (None, _) => {
            let said = "a version is asked for by one of `versionId`, `versionTime` and `height`";
            Err(ApiError::new(codes::REQUEST_INVALID_FIELD, said).at("?"))
        }
    }
}

/// Writes the result of the resolution, whatever it is: who asks for one reads nothing else.
fn answer_whole(resolution: &Resolution) -> Response {
    let kind = [(header::CONTENT_TYPE, RESOLUTION)];
    (
        status_of(resolution),
        kind,
        resolution.to_json().to_string(),
    )
        .into_response()
}

/// Says in the words of DID Resolution why a name led to no versions.
fn refused(name: &str, error: &ApiError) -> Resolution {
    if error.code() != codes::IDENTITY_UNKNOWN {
        return ResolutionError::InternalError.into();
    }
    match name.starts_with("did:") {
        true => resolve(name, None, &Nobody),
        false => ResolutionError::NotFound.into(),
    }
}

fn error_of(resolution: &Resolution) -> Option<&str> {
    resolution.resolution_metadata["error"].as_str()
}

/// The status that the HTTP binding of DID Resolution gives a result.
fn status_of(resolution: &Resolution) -> StatusCode {
    match error_of(resolution) {
        None if resolution.document_metadata["deactivated"] == true => StatusCode::GONE,
        None => StatusCode::OK,
        Some("invalidDid") => StatusCode::BAD_REQUEST,
        Some("notFound") => StatusCode::NOT_FOUND,
        Some("methodNotSupported") => StatusCode::NOT_IMPLEMENTED,
        Some(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Knows no identity.
struct Nobody;

impl Versions for Nobody {
    fn versions(&self, _: &IdentityId) -> Vec<Version> {
        Vec::new()
    }
}
