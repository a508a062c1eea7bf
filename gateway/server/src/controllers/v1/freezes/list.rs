//! `GET /v1/freezes`
use axum::Json;
use axum::extract::State;
use moneta_api_types::{Freeze, Page, Problem};
use moneta_mips::Target;
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
    summary = "Every freeze that holds in the next block",
    description = "The public register of freezes that hold, those of whole assets and of addresses first, at most 1,000 of them. No API key is needed.",
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
        let wide = scene.view.wide_freezes(asset.as_ref(), MOST)?;
        let wide = wide.into_iter().map(|wide| (wide.target(), wide.freeze));
        let frozen = scene.view.frozen_coins(asset.as_ref(), MOST)?;
        let frozen = frozen.into_iter().map(|frozen| {
            let (asset, coin) = (frozen.asset, frozen.outpoint);
            (Target::Coin { asset, coin }, frozen.freeze)
        });
        let items = wide
            .chain(frozen)
            .take(MOST)
            .map(|(target, freeze)| render_freeze(&target, &freeze, scene))
            .collect::<Result<_, _>>()?;
        Ok(Page {
            items,
            next_cursor: None,
        })
    });
    listed.await.map(Json)
}
