//! `GET /v1/freezes`
use axum::Json;
use axum::extract::State;
use moneta_api_types::{Freeze, Page, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::error::ApiError;
use crate::extract::ApiQuery;
use crate::references::AssetRef;
use crate::state::AppState;
use crate::views::render_freeze;

/// Most freezes in one answer.
const MOST: usize = 1_000;

/// Which freezes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FreezeQuery {
    /// Asset id or `handle/SYMBOL`; every asset if absent.
    asset: Option<String>,
}

#[utoipa::path(
    get, path = "/v1/freezes", tag = "freezes", operation_id = "list_freezes",
    summary = "Every coin that can't move in the next block",
    description = "The public register of freezes that hold, at most 1,000 of them. No API key is needed.",
    params(FreezeQuery),
    responses((status = 200, body = Page<Freeze>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    ApiQuery(query): ApiQuery<FreezeQuery>,
) -> Result<Json<Page<Freeze>>, ApiError> {
    let listed = state.look(move |scene| {
        let asset = match &query.asset {
            Some(name) => Some(
                AssetRef::find(name, &scene.view)
                    .and_then(AssetRef::issued)
                    .map_err(|error| error.at("?asset"))?
                    .id,
            ),
            None => None,
        };
        let frozen = scene.view.frozen_coins(asset.as_ref(), MOST)?;
        let items = frozen
            .iter()
            .map(|coin| render_freeze(&coin.asset, &coin.outpoint, &coin.freeze))
            .collect();
        Ok(Page {
            items,
            next_cursor: None,
        })
    });
    listed.await.map(Json)
}
