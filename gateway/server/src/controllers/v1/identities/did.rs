//! `GET /v1/identities/{identity}/did`
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use moneta_api_types::Problem;

use crate::error::ApiError;
use crate::extract::ApiPath;
use crate::references::find_identity;
use crate::state::AppState;
use crate::views::did_document;

#[utoipa::path(
    get, path = "/v1/identities/{identity}/did", tag = "identities", operation_id = "resolve_did",
    summary = "The DID document of an identity",
    description = include_str!("../../../../../../docs/api/did.md"),
    params(("identity" = String, Path, description = "Handle, id, or `did:moneta:<id>`")),
    responses(
        (status = 200, description = "A DID document (W3C DID Core 1.0)", body = Object, content_type = "application/did+json"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn did(
    State(state): State<AppState>,
    ApiPath(name): ApiPath<String>,
) -> Result<Response, ApiError> {
    let document = state
        .look(move |scene| Ok(did_document(&find_identity(&name, &scene.view)?)))
        .await?;
    let kind = [(header::CONTENT_TYPE, "application/did+json")];
    Ok((kind, document.to_string()).into_response())
}
