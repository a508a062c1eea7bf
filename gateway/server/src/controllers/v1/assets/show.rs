//! `GET /v1/assets/{asset}`
use axum::Json;
use axum::extract::State;
use moneta_api_types::{Asset, Problem};

use crate::error::ApiError;
use crate::extract::ApiPath;
use crate::references::AssetRef;
use crate::state::AppState;
use crate::views::render_asset;

#[utoipa::path(
    get, path = "/v1/assets/{asset}", tag = "assets", operation_id = "show_asset",
    summary = "One asset, by its id",
    description = "No API key is needed.",
    params(("asset" = String, Path, description = "Id of the asset, 64 hexadecimal digits")),
    responses((status = 200, body = Asset), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    ApiPath(asset): ApiPath<String>,
) -> Result<Json<Asset>, ApiError> {
    find(&state, asset).await
}

/// Finds an asset by what somebody wrote.
pub(super) async fn find(state: &AppState, name: String) -> Result<Json<Asset>, ApiError> {
    let found = state.look(move |scene| {
        let asset = AssetRef::find(&name, &scene.view)?.issued()?;
        render_asset(&asset, Some(asset.issued_at.to_u32()), &scene.view)
    });
    found.await.map(Json)
}
