//! `GET /v1/wallets/{wallet_id}/transactions`
use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use bitcoin::{Transaction, Txid};
use moneta_api_types::{Change, NATIVE_ASSET, Page, Problem, WalletTransaction, format_units};
use moneta_index::Place;
use moneta_mips::{Attachment, Coin};

use crate::error::ApiError;
use crate::extract::{ApiPath, ApiQuery, Caller, PageQuery};
use crate::flow::find_wallet;
use crate::references::{read_place, write_place};
use crate::state::{AppState, Scene};
use crate::store::WalletId;
use crate::views::{AssetName, block_ref};
use crate::wallets::WalletScripts;

#[utoipa::path(
    get, path = "/v1/wallets/{wallet_id}/transactions", tag = "wallets", operation_id = "list_wallet_transactions",
    summary = "What happened to a wallet",
    description = include_str!("../../../../../../docs/api/wallet-transactions.md"),
    params(("wallet_id" = String, Path, description = "Id of the wallet"), PageQuery),
    responses((status = 200, body = Page<WalletTransaction>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
    security(("api_key" = [])),
)]
pub(crate) async fn transactions(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
    ApiQuery(page): ApiQuery<PageQuery>,
) -> Result<Json<Page<WalletTransaction>>, ApiError> {
    let wallet = find_wallet(&state, &caller.tenant, &WalletId::from_text(&id)).await?;
    let (limit, before) = (page.limit(), read_place(page.cursor.as_deref())?);
    let shared = state.shared.clone();
    let (mut listed, next_cursor) = state
        .look(move |scene| {
            let scripts = WalletScripts::find(&wallet, scene, &shared)?;
            history(&scripts, scene, before, limit)
        })
        .await?;
    let txids: Vec<Txid> = listed
        .iter()
        .filter_map(|line| line.txid.parse().ok())
        .collect();
    let made = state.store.read(move |read| {
        let operations = txids
            .iter()
            .map(|txid| read.operation_of_txid(&caller.tenant, txid));
        Ok::<_, ApiError>(operations.collect::<Result<Vec<_>, _>>()?)
    });
    for (line, operation) in listed.iter_mut().zip(made.await?) {
        line.operation_id = operation.map(|id| id.to_string());
    }
    Ok(Json(Page {
        items: listed,
        next_cursor,
    }))
}

fn history(
    scripts: &WalletScripts,
    scene: &Scene,
    before: Option<Place>,
    limit: usize,
) -> Result<(Vec<WalletTransaction>, Option<String>), ApiError> {
    let mut lines = Vec::new();
    // What waits stands first, and on the first page only.
    if before.is_none() {
        for entry in scene.pending.snapshot().entries.iter().rev() {
            if !touches(scripts, &entry.transaction, &entry.spent)
                || scene.view.place_of(&entry.txid)?.is_some()
            {
                continue;
            }
            let changes = changes(
                scripts,
                scene,
                &entry.transaction,
                &entry.spent,
                &entry.attachments,
            )?;
            lines.push(line(entry.txid, None, changes));
        }
    }
    // Each script's newest `limit` hold the wallet's newest `limit`.
    let mut places = BTreeSet::new();
    for id in scripts.by_id.keys() {
        let entries = scene.view.script_history(id, before, limit + 1)?;
        places.extend(entries.into_iter().map(|entry| (entry.place, entry.txid)));
    }
    let more = places.len() > limit;
    let mut last = None;
    for (place, txid) in places.into_iter().rev().take(limit) {
        let Some(found) = scene.view.transaction(&txid)? else {
            continue;
        };
        let changes = changes(
            scripts,
            scene,
            &found.transaction,
            &found.spent,
            &found.attachments,
        )?;
        let block = block_ref(place.height, &scene.view)?;
        lines.push(line(txid, Some(block), changes));
        last = Some(write_place(place));
    }
    Ok((lines, last.filter(|_| more)))
}

fn line(
    txid: Txid,
    block: Option<moneta_api_types::BlockRef>,
    changes: Vec<Change>,
) -> WalletTransaction {
    WalletTransaction {
        txid: txid.to_string(),
        block,
        changes,
        operation_id: None,
    }
}

fn touches(scripts: &WalletScripts, transaction: &Transaction, spent: &[Coin]) -> bool {
    let paid = transaction
        .output
        .iter()
        .map(|output| &output.script_pubkey);
    let spent = spent.iter().map(|coin| &coin.output.script_pubkey);
    paid.chain(spent)
        .any(|script| scripts.locate(script).is_some())
}

/// What a transaction changed for the wallet, by asset, in base units.
fn changes(
    scripts: &WalletScripts,
    scene: &Scene,
    transaction: &Transaction,
    spent: &[Coin],
    attachments: &BTreeMap<u32, Attachment>,
) -> Result<Vec<Change>, ApiError> {
    let (mut grains, mut units) = (0_i128, BTreeMap::new());
    let mut count = |value: u64, held: Option<&Attachment>, sign: i128| {
        grains += sign * i128::from(value);
        if let Some(Attachment::Asset { id, amount }) = held {
            *units.entry(*id).or_insert(0_i128) += sign * i128::from(*amount);
        }
    };
    for coin in spent {
        if scripts.locate(&coin.output.script_pubkey).is_some() {
            count(coin.output.value.to_sat(), coin.attachment.as_ref(), -1);
        }
    }
    for (index, output) in (0_u32..).zip(&transaction.output) {
        if scripts.locate(&output.script_pubkey).is_some() {
            count(output.value.to_sat(), attachments.get(&index), 1);
        }
    }
    let mut changes = Vec::new();
    if grains != 0 {
        changes.push(change(&AssetName::native(), grains));
    }
    for (asset, units) in units.into_iter().filter(|(_, units)| *units != 0) {
        changes.push(change(&AssetName::find(&asset, &scene.view)?, units));
    }
    debug_assert!(
        changes
            .iter()
            .skip(1)
            .all(|change| change.asset != NATIVE_ASSET)
    );
    Ok(changes)
}

fn change(name: &AssetName, units: i128) -> Change {
    let sign = if units < 0 { "-" } else { "" };
    let size = u64::try_from(units.unsigned_abs()).unwrap_or(u64::MAX);
    Change {
        asset: name.asset.clone(),
        label: name.label.clone(),
        amount: format!("{sign}{}", format_units(size, name.decimals)),
        base_units: units.to_string(),
    }
}
