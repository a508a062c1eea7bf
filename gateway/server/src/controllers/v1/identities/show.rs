//! `GET /v1/identities/{identity}`
use axum::Json;
use axum::extract::State;
use moneta_api_types::{Identity, Problem};

use crate::error::ApiError;
use crate::extract::ApiPath;
use crate::references::find_identity;
use crate::state::AppState;
use crate::views::render_identity;

#[utoipa::path(
    get, path = "/v1/identities/{identity}", tag = "identities", operation_id = "show_identity",
    summary = "One identity",
    description = "No API key is needed.",
    params(("identity" = String, Path, description = "Handle, id, or `did:moneta:<id>`")),
    responses((status = 200, body = Identity), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    ApiPath(name): ApiPath<String>,
) -> Result<Json<Identity>, ApiError> {
    let found = state.look(move |scene| {
        let identity = find_identity(&name, &scene.view)?;
        Ok(render_identity(
            &identity,
            Some(identity.registered_at.to_u32()),
        ))
    });
    found.await.map(Json)
}
