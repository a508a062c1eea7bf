//! `GET /v1/wallets/{wallet_id}/addresses`
use axum::Json;
use axum::extract::State;
use moneta_api_types::{Address, Page, Problem};

use super::render_address;
use crate::error::ApiError;
use crate::extract::{ApiPath, ApiQuery, Caller, PageQuery};
use crate::flow::find_wallet;
use crate::references::foreign_cursor;
use crate::state::AppState;
use crate::store::WalletId;

#[utoipa::path(
    get, path = "/v1/wallets/{wallet_id}/addresses", tag = "wallets", operation_id = "list_addresses",
    summary = "The addresses a wallet handed out",
    description = "In the order in which they were handed out.",
    params(("wallet_id" = String, Path, description = "Id of the wallet"), PageQuery),
    responses((status = 200, body = Page<Address>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
    security(("api_key" = [])),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
    ApiQuery(page): ApiQuery<PageQuery>,
) -> Result<Json<Page<Address>>, ApiError> {
    let wallet = find_wallet(&state, &caller.tenant, &WalletId::from_text(&id)).await?;
    let limit = page.limit();
    let first: u32 = page
        .cursor
        .as_deref()
        .unwrap_or("0")
        .parse()
        .map_err(|_| foreign_cursor())?;
    let read = move |read: &crate::store::Read| {
        Ok::<_, ApiError>(read.addresses(&caller.tenant, &wallet.id, first, limit + 1)?)
    };
    let mut addresses = state.store.read(read).await?;
    let next = addresses
        .get(limit)
        .map(|address| address.index.to_string());
    addresses.truncate(limit);
    Ok(Json(Page {
        items: addresses.iter().map(render_address).collect(),
        next_cursor: next,
    }))
}
