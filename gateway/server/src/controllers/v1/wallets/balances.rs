//! `GET /v1/wallets/{wallet_id}/balances`
use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use moneta_api_types::{Authority, Balance, Balances, Problem};
use moneta_mips::{AssetId, Attachment, Rights};

use crate::error::ApiError;
use crate::extract::{ApiPath, Caller};
use crate::flow::find_wallet;
use crate::state::{AppState, Scene};
use crate::store::WalletId;
use crate::views::{AssetName, block_ref};
use crate::wallets::{HeldCoin, WalletScripts};

#[utoipa::path(
    get, path = "/v1/wallets/{wallet_id}/balances", tag = "wallets", operation_id = "show_balances",
    summary = "What a wallet holds",
    description = include_str!("../../../../../../docs/api/balances.md"),
    params(("wallet_id" = String, Path, description = "Id of the wallet")),
    responses((status = 200, body = Balances), (status = "4XX", body = Problem, content_type = "application/problem+json")),
    security(("api_key" = [])),
)]
pub(crate) async fn balances(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
) -> Result<Json<Balances>, ApiError> {
    let wallet = find_wallet(&state, &caller.tenant, &WalletId::from_text(&id)).await?;
    let shared = state.shared.clone();
    let balances = state.look(move |scene| {
        let coins = WalletScripts::find(&wallet, scene, &shared)?.coins(scene)?;
        add_up(&coins, scene)
    });
    balances.await.map(Json)
}

/// Sums of one asset, in base units.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    confirmed: u64,
    pending: u64,
    frozen: u64,
}

fn add_up(coins: &[HeldCoin], scene: &Scene) -> Result<Balances, ApiError> {
    let (mut native, mut immature, mut attached) = (Sums::default(), 0_u64, 0_u64);
    let mut assets: BTreeMap<AssetId, Sums> = BTreeMap::new();
    let mut authorities: BTreeMap<AssetId, Rights> = BTreeMap::new();
    let mut identities = Vec::new();
    for coin in coins {
        let grains = coin.coin.output.value.to_sat();
        let next = scene.view.tip().height.next();
        let attachment = coin.coin.attachment.as_ref();
        match attachment.filter(|_| !coin.coin.is_plain_at(next)) {
            None if coin.coin.coinbase && coin.is_immature(scene) => add(&mut immature, grains)?,
            None if coin.taken.is_some() => add(&mut attached, grains)?,
            None if coin.confirmed => add(&mut native.confirmed, grains)?,
            None => add(&mut native.pending, grains)?,
            Some(held) => {
                add(&mut attached, grains)?;
                match held {
                    Attachment::Asset { id, amount } => {
                        let sums = assets.entry(*id).or_default();
                        let sum = match (coin.freeze.is_some(), coin.confirmed) {
                            (true, _) => &mut sums.frozen,
                            (false, true) => &mut sums.confirmed,
                            (false, false) => &mut sums.pending,
                        };
                        add(sum, *amount)?;
                    }
                    Attachment::Authority { asset, rights } => {
                        let all = authorities.entry(*asset).or_default();
                        *all = all.union(*rights);
                    }
                    Attachment::Identity { id } => identities.push(id.to_string()),
                    Attachment::Commitment { .. } => {}
                }
            }
        }
    }
    let name = AssetName::native();
    let mut items = vec![Balance {
        immature: Some(name.amount(immature)),
        attached: Some(name.amount(attached)),
        ..balance(&name, native)
    }];
    for (asset, sums) in assets {
        items.push(balance(&AssetName::find(&asset, &scene.view)?, sums));
    }
    let authorities = authorities.into_iter().map(|(asset, rights)| Authority {
        asset: asset.to_string(),
        rights: rights.names().into_iter().map(str::to_owned).collect(),
    });
    identities.sort();
    Ok(Balances {
        block: block_ref(scene.view.tip().height, &scene.view)?,
        items,
        authorities: authorities.collect(),
        identities,
    })
}

fn balance(name: &AssetName, sums: Sums) -> Balance {
    Balance {
        asset: name.asset.clone(),
        label: name.label.clone(),
        decimals: name.decimals,
        confirmed: name.amount(sums.confirmed),
        pending: name.amount(sums.pending),
        frozen: name.amount(sums.frozen),
        immature: None,
        attached: None,
    }
}

/// No supply exceeds 64 bits, so no sum of coins does unless the index is wrong.
fn add(sum: &mut u64, more: u64) -> Result<(), ApiError> {
    *sum = sum
        .checked_add(more)
        .ok_or_else(|| ApiError::internal(&"a wallet holds more than there can be"))?;
    Ok(())
}
