//! `GET /v1/wallets/{wallet_id}/coins`
use axum::Json;
use axum::extract::State;
use bitcoin::OutPoint;
use moneta_api_types::{CoinState, Page, Problem, WalletCoin};
use moneta_chain::address_of;
use moneta_mips::Attachment;

use crate::error::ApiError;
use crate::extract::{ApiPath, ApiQuery, Caller, PageQuery};
use crate::flow::find_wallet;
use crate::references::foreign_cursor;
use crate::state::{AppState, Scene};
use crate::store::WalletId;
use crate::views::{AssetName, render_attachment, render_freeze};
use crate::wallets::{HeldCoin, WalletScripts};

#[utoipa::path(
    get, path = "/v1/wallets/{wallet_id}/coins", tag = "wallets", operation_id = "list_coins",
    summary = "The coins of a wallet",
    description = include_str!("../../../../../../docs/api/coins.md"),
    params(("wallet_id" = String, Path, description = "Id of the wallet"), PageQuery),
    responses((status = 200, body = Page<WalletCoin>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
    security(("api_key" = [])),
)]
pub(crate) async fn coins(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
    ApiQuery(page): ApiQuery<PageQuery>,
) -> Result<Json<Page<WalletCoin>>, ApiError> {
    let wallet = find_wallet(&state, &caller.tenant, &WalletId::from_text(&id)).await?;
    let (limit, after) = (
        page.limit(),
        page.cursor.map(|cursor| cursor.parse::<OutPoint>()),
    );
    let after = after.transpose().map_err(|_| foreign_cursor())?;
    let shared = state.shared.clone();
    let listed = state.look(move |scene| {
        let mut coins = WalletScripts::find(&wallet, scene, &shared)?.coins(scene)?;
        coins.sort_by_key(|coin| coin.outpoint);
        coins.retain(|coin| after.is_none_or(|after| coin.outpoint > after));
        let more = coins.len() > limit;
        coins.truncate(limit);
        let last = coins.last().map(|coin| coin.outpoint.to_string());
        let items = coins
            .iter()
            .map(|coin| render(coin, scene))
            .collect::<Result<_, _>>()?;
        Ok(Page {
            items,
            next_cursor: last.filter(|_| more),
        })
    });
    listed.await.map(Json)
}

fn render(coin: &HeldCoin, scene: &Scene) -> Result<WalletCoin, ApiError> {
    let native = AssetName::native();
    let value = native.amount(coin.coin.output.value.to_sat());
    let (asset, amount) = match &coin.coin.attachment {
        Some(Attachment::Asset { id, amount }) => {
            let name = AssetName::find(id, &scene.view)?;
            let amount = name.amount(*amount);
            (name.asset, amount)
        }
        _ => (native.asset, value.clone()),
    };
    let held = coin.coin.attachment.as_ref();
    Ok(WalletCoin {
        outpoint: coin.outpoint.to_string(),
        address: address_of(&coin.coin.output.script_pubkey, scene.params.network)
            .unwrap_or_default(),
        state: state(coin, scene),
        asset,
        amount,
        value,
        attachment: held
            .map(|held| render_attachment(held, &scene.view))
            .transpose()?,
        height: coin.confirmed.then(|| coin.coin.height.to_u32()),
        freeze: match &coin.freeze {
            Some((target, freeze)) => Some(render_freeze(target, freeze, scene)?),
            None => None,
        },
        taken_in: coin
            .taken
            .as_ref()
            .map(|taken| taken.seizure.taken_in.to_string()),
    })
}

fn state(coin: &HeldCoin, scene: &Scene) -> CoinState {
    if coin.freeze.is_some() {
        CoinState::Frozen
    } else if coin.taken.is_some() {
        CoinState::Taken
    } else if !coin.confirmed {
        CoinState::Pending
    } else if coin.is_immature(scene) {
        CoinState::Immature
    } else {
        CoinState::Confirmed
    }
}
