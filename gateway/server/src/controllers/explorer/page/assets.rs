//! `GET /assets`: everything that has been issued, newest first.
use axum::response::Response;
use moneta_index::{IndexError, Place};
use moneta_mips::Asset;
use moneta_pages::format::per_mille;
use moneta_pages::{AssetRow, Assets, render_assets};

use super::super::scene::{Scene, pager};
use super::super::visit::Visit;
use super::ROWS;

/// Lists assets.
pub(crate) async fn list_assets(visit: Visit) -> Response {
    let before = visit.before();
    visit
        .page(move |scene| {
            let assets = assets(scene, before?)?;
            Ok(render_assets(&scene.shell, &assets))
        })
        .await
}

fn assets(scene: &Scene, before: Option<Place>) -> Result<Assets, IndexError> {
    let mut found = scene.view.assets(before, ROWS + 1)?;
    let more = found.len() > ROWS;
    found.truncate(ROWS);
    let last = match found.last().filter(|_| more) {
        Some(asset) => scene.view.place_of(&asset.issued_in)?,
        None => None,
    };
    let rows = found.iter().map(|asset| asset_row(scene, asset));
    Ok(Assets {
        rows: rows.collect::<Result<_, _>>()?,
        pager: pager("/assets", before, last),
    })
}

/// Writes an asset's row.
pub(super) fn asset_row(scene: &Scene, asset: &Asset) -> Result<AssetRow, IndexError> {
    let named = scene.name_of(asset)?;
    Ok(AssetRow {
        name: asset.name.clone(),
        supply: named.amount(asset.supply),
        cap: named.amount(asset.cap),
        cap_per_mille: per_mille(u128::from(asset.supply), u128::from(asset.cap)),
        freezable: asset.is_freezable(),
        issued_at: asset.issued_at.to_u32(),
        asset: named.asset,
    })
}
