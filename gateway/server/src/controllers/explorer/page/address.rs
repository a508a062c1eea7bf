//! `GET /address/{address}`: what an address holds, and its history.
use std::collections::BTreeMap;

use axum::extract::Path;
use axum::response::Response;
use bitcoin::{OutPoint, ScriptBuf};
use moneta_chain::{ScriptId, parse_address};
use moneta_index::{FrozenCoin, IndexError, Place, UnspentCoin};
use moneta_mips::{AssetId, Attachment, FreezeRecord, ScriptDigest, Target};
use moneta_pages::parts::{self, Amount, TransactionRow};
use moneta_pages::{Address, Balance, Problem, render_address};

use super::super::answer::PageError;
use super::super::scene::{Scene, pager};
use super::super::visit::Visit;
use super::ROWS;

/// Assets shown of one address.
const MAX_ASSETS: usize = 100;
/// Frozen coins looked through for each asset, and coins looked through for rights and identities.
const MAX_COINS: usize = 500;
/// Waiting transactions shown above the confirmed ones.
const MAX_WAITING: usize = 25;

/// Shows an address; one the chain has never seen holds nothing, which is no error.
pub(crate) async fn show_address(visit: Visit, Path(asked): Path<String>) -> Response {
    let script = match parse_address(&asked, visit.state.node.params().network) {
        Ok(script) => script,
        Err(error) => {
            return visit.refuse(PageError::new(Problem::BadAddress, asked).because(error));
        }
    };
    let before = visit.before();
    visit
        .page(move |scene| {
            let address = asked.to_lowercase();
            let page = page(scene, address, &script, before?)?;
            Ok(render_address(&scene.shell, &page))
        })
        .await
}

fn page(
    scene: &Scene,
    address: String,
    script: &ScriptBuf,
    before: Option<Place>,
) -> Result<Address, IndexError> {
    let id = ScriptId::of(script);
    let holdings = scene.view.holdings_of(&id, MAX_ASSETS)?;
    let frozen = frozen_coins(scene, script, &holdings)?;
    let wide = wide_freezes(scene, script, &holdings)?;
    let coins = frozen.iter().map(|frozen| {
        let (asset, coin) = (frozen.asset, frozen.outpoint);
        (Target::Coin { asset, coin }, &frozen.freeze)
    });
    let all = wide.iter().map(|(target, freeze)| (*target, freeze));
    let lines = all
        .chain(coins)
        .map(|(target, freeze)| scene.freeze_line(&target, freeze, scene.active(freeze)));
    let mut entries = scene.view.script_history(&id, before, ROWS + 1)?;
    let more = entries.len() > ROWS;
    entries.truncate(ROWS);
    let last = entries.last().filter(|_| more).map(|entry| entry.place);
    let mut history = match before {
        None => waiting(scene, script, &id)?,
        Some(_) => Vec::new(),
    };
    let waiting_count = u64::try_from(history.len()).unwrap_or(u64::MAX);
    history.extend(scene.history(&entries, Some(script))?);
    Ok(Address {
        balances: balances(scene, &id, &holdings, (&frozen, &wide))?,
        powers: powers(scene, &id)?,
        freezes: lines.collect::<Result<_, _>>()?,
        transaction_count: scene.view.script_totals(&id)?.transactions + waiting_count,
        history,
        pager: pager(&format!("/address/{address}"), before, last),
        address,
    })
}

fn frozen_coins(
    scene: &Scene,
    script: &ScriptBuf,
    holdings: &[(AssetId, u64)],
) -> Result<Vec<FrozenCoin>, IndexError> {
    let mut frozen = Vec::new();
    for (asset, _) in holdings {
        let coins = scene.view.frozen_coins(Some(asset), MAX_COINS)?;
        frozen.extend(
            coins
                .into_iter()
                .filter(|coin| coin.coin.output.script_pubkey == *script),
        );
    }
    Ok(frozen)
}

/// The freezes of the address as a whole, and the pauses of what it holds.
fn wide_freezes(
    scene: &Scene,
    script: &ScriptBuf,
    holdings: &[(AssetId, u64)],
) -> Result<Vec<(Target, FreezeRecord)>, IndexError> {
    let script = ScriptDigest::of(script);
    let mut found = Vec::new();
    for &(asset, _) in holdings {
        for target in [Target::Script { asset, script }, Target::All { asset }] {
            if let Some(freeze) = scene.view.freeze_on(&target)? {
                found.push((target, freeze));
            }
        }
    }
    Ok(found)
}

/// Native asset first, then assets by id; also those that so far only wait.
fn balances(
    scene: &Scene,
    id: &ScriptId,
    holdings: &[(AssetId, u64)],
    (frozen, wide): (&[FrozenCoin], &[(Target, FreezeRecord)]),
) -> Result<Vec<Balance>, IndexError> {
    let (grains, waiting) = waiting_changes(scene, id)?;
    let confirmed = scene.view.script_totals(id)?.balance_grains();
    let mut balances = Vec::new();
    if confirmed > 0 || grains != 0 {
        balances.push(Balance {
            confirmed: Amount::native(confirmed),
            pending: signed(grains, Amount::native),
            frozen: None,
        });
    }
    let mut held: BTreeMap<AssetId, u64> = holdings.iter().copied().collect();
    for asset in waiting.keys() {
        held.entry(*asset).or_default();
    }
    for (asset, amount) in held {
        let named = scene.name_asset(&asset)?;
        let stopped: u64 = if wide.iter().any(|(target, _)| target.asset() == asset) {
            amount
        } else {
            frozen
                .iter()
                .filter(|coin| coin.asset == asset)
                .filter_map(|coin| units(coin.coin.attachment.as_ref(), &asset))
                .fold(0, u64::saturating_add)
        };
        balances.push(Balance {
            confirmed: named.amount(amount),
            pending: signed(waiting.get(&asset).copied().unwrap_or_default(), |n| {
                named.amount(n)
            }),
            frozen: (stopped > 0).then(|| named.amount(stopped)),
        });
    }
    Ok(balances)
}

/// What the mempool would add or take: grains, and units of each asset.
fn waiting_changes(
    scene: &Scene,
    id: &ScriptId,
) -> Result<(i128, BTreeMap<AssetId, i128>), IndexError> {
    let (mut grains, mut assets) = (0_i128, BTreeMap::new());
    let mut count = |coin: &UnspentCoin, sign: i128| {
        grains += sign * i128::from(coin.coin.output.value.to_sat());
        if let Some(Attachment::Asset { id, amount }) = &coin.coin.attachment {
            *assets.entry(*id).or_default() += sign * i128::from(*amount);
        }
    };
    if let Some(pending) = scene.pending.script(id) {
        for coin in &pending.created {
            // Mined since the mempool was looked at: it counts as confirmed.
            if scene.view.place_of(&coin.outpoint.txid)?.is_none() {
                count(coin, 1);
            }
        }
        let spent: Vec<&OutPoint> = pending.spent.keys().collect();
        for outpoint in spent {
            if let Some(coin) = scene.view.coin(outpoint)? {
                count(&coin, -1);
            }
        }
    }
    Ok((grains, assets))
}

fn waiting(
    scene: &Scene,
    script: &ScriptBuf,
    id: &ScriptId,
) -> Result<Vec<TransactionRow>, IndexError> {
    let Some(pending) = scene.pending.script(id) else {
        return Ok(Vec::new());
    };
    let mut rows = Vec::new();
    for txid in pending.transactions.iter().rev().take(MAX_WAITING) {
        if scene.view.place_of(txid)?.is_some() {
            continue;
        }
        if let Some(told) = scene.tell(txid)? {
            rows.push(scene.transaction_row(&told, Some(script))?);
        }
    }
    Ok(rows)
}

/// Rights and identities that coins of the address hold.
fn powers(scene: &Scene, id: &ScriptId) -> Result<Vec<parts::Attachment>, IndexError> {
    let mut powers = Vec::new();
    for coin in scene.view.script_coins(id, None, MAX_COINS)? {
        match &coin.coin.attachment {
            Some(held @ (Attachment::Authority { .. } | Attachment::Identity { .. })) => {
                powers.push(scene.attachment(held)?);
            }
            Some(Attachment::Asset { .. } | Attachment::Commitment { .. }) | None => {}
        }
    }
    Ok(powers)
}

fn units(attachment: Option<&Attachment>, asset: &AssetId) -> Option<u64> {
    match attachment {
        Some(Attachment::Asset { id, amount }) if id == asset => Some(*amount),
        _ => None,
    }
}

fn signed(change: i128, amount: impl Fn(u64) -> Amount) -> Option<Amount> {
    let size = u64::try_from(change.unsigned_abs()).unwrap_or(u64::MAX);
    (size > 0).then(|| amount(size).signed(change < 0))
}
