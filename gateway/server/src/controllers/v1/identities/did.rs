//! `GET /v1/identities/{identity}/did`
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use moneta_api_types::{Problem, codes};
use moneta_identity::did::{Resolution, did_of, resolve};

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
    let resolution = state
        .look(move |scene| {
            let id = find_identity(&name, &scene.view)?.id;
            let versions = KnownVersions::of(&id, &scene.view)?;
            let url = match query {
                Some(query) => format!("{}?{query}", did_of(&id)),
                None => did_of(&id),
            };
            Ok(resolve(&url, Some(form), &versions))
        })
        .await?;
    answer(&resolution, whole, form)
}

fn answer(resolution: &Resolution, whole: bool, form: &'static str) -> Result<Response, ApiError> {
    match resolution.resolution_metadata["error"].as_str() {
        None => {}
        Some("notFound") => {
            let said = "this identity has no such version";
            return Err(ApiError::new(codes::IDENTITY_UNKNOWN, said));
        }
        Some(_) => {
            let said = "a version is asked for by one of `versionId`, `versionTime` and `height`";
            return Err(ApiError::new(codes::REQUEST_INVALID_FIELD, said).at("?"));
        }
    }
    let revoked = resolution.document_metadata["deactivated"] == true;
    let status = if revoked {
        StatusCode::GONE
    } else {
        StatusCode::OK
    };
    let (kind, body) = match (whole, &resolution.document) {
        (false, Some(document)) => (form, document.to_string()),
        _ => (RESOLUTION, resolution.to_json().to_string()),
    };
    Ok((status, [(header::CONTENT_TYPE, kind)], body).into_response())
}
