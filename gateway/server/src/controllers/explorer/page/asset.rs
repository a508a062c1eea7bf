//! `GET /asset/{id}` and `GET /asset/{handle}/{symbol}`: an asset.
use std::collections::BTreeSet;

use axum::extract::Path;
use axum::response::Response;
use moneta_chain::ScriptId;
use moneta_index::{IndexError, Place, Subject};
use moneta_mips::{AssetId, Attachment, Holders, ScriptDigest};
use moneta_pages::format::{per_mille, percent};
use moneta_pages::{Asset, AssetFigures, Holder, Problem, render_asset};

use super::super::answer::PageError;
use super::super::scene::{NamedAsset, Scene, digest, pager, rights_of};
use super::super::visit::Visit;
use super::ROWS;

const HOLDERS: usize = 25;
const FREEZES: usize = 25;
const MAX_FROZEN: usize = 1_000;

/// Shows an asset by id.
pub(crate) async fn show_asset(visit: Visit, Path(asked): Path<String>) -> Response {
    let Ok(id) = asked.parse::<AssetId>() else {
        return visit.refuse(PageError::new(Problem::BadId, asked));
    };
    let before = visit.before();
    visit
        .page(move |scene| {
            let asset = scene.view.asset(&id)?;
            let asset = asset.ok_or_else(|| PageError::new(Problem::UnknownAsset, asked))?;
            let page = page(scene, &asset, before?)?;
            Ok(render_asset(&scene.shell, &page))
        })
        .await
}

/// Leads from a name to the page of the id, which never changes.
pub(crate) async fn find_asset(
    visit: Visit,
    Path((handle, symbol)): Path<(String, String)>,
) -> Response {
    visit
        .page(
            move |scene| match scene.view.asset_named(&handle, &symbol)? {
                Some(id) => Err(PageError::Elsewhere(format!("/asset/{id}"))),
                None => {
                    let asked = format!("{handle}/{symbol}");
                    Err(PageError::new(Problem::UnknownAsset, asked))
                }
            },
        )
        .await
}

fn page(
    scene: &Scene,
    asset: &moneta_mips::Asset,
    before: Option<Place>,
) -> Result<Asset, IndexError> {
    let named = scene.name_of(asset)?;
    let mut entries = scene
        .view
        .subject_history(&Subject::Asset(asset.id), before, ROWS + 1)?;
    let more = entries.len() > ROWS;
    entries.truncate(ROWS);
    let last = entries.last().filter(|_| more).map(|entry| entry.place);
    let mut freezes = scene.wide_freeze_rows(Some(&asset.id), FREEZES)?;
    freezes.extend(scene.freeze_rows(Some(&asset.id), None, FREEZES)?.0);
    Ok(Asset {
        name: asset.name.clone(),
        figures: figures(scene, asset, &named)?,
        powers: rights_of(asset.powers),
        enrolled_only: asset.holders == Holders::Enrolled,
        document: digest(&asset.contract_hash),
        issued_in: asset.issued_in.to_string(),
        issued_at: asset.issued_at.to_u32(),
        holder_count: scene.view.asset_totals(&asset.id)?.holders,
        holders: holders(scene, asset, &named)?,
        freezes,
        history: scene.history(&entries, None)?,
        pager: pager(&format!("/asset/{}", asset.id), before, last),
        asset: named.asset,
    })
}

fn figures(
    scene: &Scene,
    asset: &moneta_mips::Asset,
    named: &NamedAsset,
) -> Result<AssetFigures, IndexError> {
    let (supply, cap) = (u128::from(asset.supply), u128::from(asset.cap));
    let frozen = frozen_units(scene, asset)?;
    Ok(AssetFigures {
        supply: named.amount(asset.supply),
        issued: named.amount(asset.supply.saturating_add(asset.burned)),
        burned: named.amount(asset.burned),
        frozen: (frozen > 0).then(|| named.amount(frozen)),
        cap: named.amount(asset.cap),
        cap_per_mille: per_mille(supply, cap),
        cap_percent: percent(supply, cap),
        decimals: asset.decimals,
    })
}

/// Units that can't move in the next block: all of them under a pause, else those of frozen scripts and those of frozen
/// coins on other scripts.
fn frozen_units(scene: &Scene, asset: &moneta_mips::Asset) -> Result<u64, IndexError> {
    let mut scripts = BTreeSet::new();
    for wide in scene.view.wide_freezes(Some(&asset.id), MAX_FROZEN)? {
        match wide.script {
            None => return Ok(asset.supply),
            Some(script) => scripts.insert(script),
        };
    }
    let mut frozen = 0_u64;
    for script in &scripts {
        let held = scene.view.holding(&ScriptId(script.0), &asset.id)?;
        frozen = frozen.saturating_add(held);
    }
    for coin in scene.view.frozen_coins(Some(&asset.id), MAX_FROZEN)? {
        let script = ScriptDigest::of(&coin.coin.output.script_pubkey);
        if let Some(Attachment::Asset { amount, .. }) = coin.coin.attachment
            && !scripts.contains(&script)
        {
            frozen = frozen.saturating_add(amount);
        }
    }
    Ok(frozen)
}

fn holders(
    scene: &Scene,
    asset: &moneta_mips::Asset,
    named: &NamedAsset,
) -> Result<Vec<Holder>, IndexError> {
    let supply = u128::from(asset.supply);
    let found = scene.view.holders(&asset.id, None, HOLDERS)?;
    let holders = found.iter().map(|holder| Holder {
        party: scene.party(&holder.script),
        amount: named.amount(holder.amount),
        percent: percent(u128::from(holder.amount), supply),
        per_mille: per_mille(u128::from(holder.amount), supply),
    });
    Ok(holders.collect())
}
