//! `GET /v1/assets`
use axum::Json;
use axum::extract::State;
use moneta_api_types::{Asset, Page, Problem};

use crate::error::ApiError;
use crate::extract::{ApiQuery, PageQuery};
use crate::references::{read_place, write_place};
use crate::state::AppState;
use crate::views::render_asset;

#[utoipa::path(
    get, path = "/v1/assets", tag = "assets", operation_id = "list_assets",
    summary = "Every asset of the chain",
    description = "Newest first. No API key is needed.",
    params(PageQuery),
    responses((status = 200, body = Page<Asset>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    ApiQuery(page): ApiQuery<PageQuery>,
) -> Result<Json<Page<Asset>>, ApiError> {
    let (limit, before) = (page.limit(), read_place(page.cursor.as_deref())?);
    let listed = state.look(move |scene| {
        let mut assets = scene.view.assets(before, limit + 1)?;
        let more = assets.len() > limit;
        assets.truncate(limit);
        let last = match assets.last() {
            Some(asset) if more => scene.view.place_of(&asset.issued_in)?,
            _ => None,
        };
        let items = assets
            .iter()
            .map(|asset| render_asset(asset, Some(asset.issued_at.to_u32()), &scene.view))
            .collect::<Result<_, _>>()?;
        Ok(Page {
            items,
            next_cursor: last.map(write_place),
        })
    });
    listed.await.map(Json)
}
