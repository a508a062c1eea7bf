//! `GET /v1/wallets`
use axum::Json;
use axum::extract::State;
use moneta_api_types::{Page, Problem, Wallet};

use super::render_wallet;
use crate::error::ApiError;
use crate::extract::{ApiQuery, Caller, PageQuery};
use crate::state::AppState;

#[utoipa::path(
    get, path = "/v1/wallets", tag = "wallets", operation_id = "list_wallets",
    summary = "Your wallets",
    description = "Every wallet made under your API key, in the order of their ids.",
    params(PageQuery),
    responses((status = 200, body = Page<Wallet>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
    security(("api_key" = [])),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(page): ApiQuery<PageQuery>,
) -> Result<Json<Page<Wallet>>, ApiError> {
    let limit = page.limit();
    let after = page.cursor.unwrap_or_default();
    let read = move |read: &crate::store::Read| {
        Ok::<_, ApiError>(read.wallets(&caller.tenant, &after, limit + 1)?)
    };
    let mut wallets = state.store.read(read).await?;
    let more = wallets.len() > limit;
    wallets.truncate(limit);
    let last = wallets.last().map(|wallet| wallet.id.to_string());
    Ok(Json(Page {
        items: wallets.iter().map(render_wallet).collect(),
        next_cursor: last.filter(|_| more),
    }))
}
