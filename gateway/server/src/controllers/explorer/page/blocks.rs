//! `GET /blocks`: the list of blocks, newest first.
use axum::response::Response;
use moneta_chain::Height;
use moneta_pages::parts::Pager;
use moneta_pages::{Blocks, Problem, render_blocks};

use super::super::answer::PageError;
use super::super::scene::Scene;
use super::super::visit::Visit;
use super::ROWS;

/// Lists blocks from `?from=` downwards, or from the tip.
pub(crate) async fn list_blocks(visit: Visit) -> Response {
    let from = visit.query("from").map(str::to_owned);
    visit
        .page(move |scene| {
            let from = from.map(|text| {
                let height = text.parse().map(Height::new);
                height.map_err(|_| PageError::new(Problem::BadRequest, text))
            });
            let blocks = blocks(scene, from.transpose()?)?;
            Ok(render_blocks(&scene.shell, &blocks))
        })
        .await
}

fn blocks(scene: &Scene, from: Option<Height>) -> Result<Blocks, PageError> {
    let tip = scene.view.tip().height;
    let highest = from.unwrap_or(tip).min(tip);
    let found = scene.view.blocks_down_from(highest, ROWS)?;
    let step = u32::try_from(ROWS).expect("a page holds few rows");
    let rows = found.iter().map(|block| scene.block_row(block));
    Ok(Blocks {
        rows: rows.collect::<Result<_, _>>()?,
        pager: Pager {
            newest: None,
            newer: (highest < tip).then(|| {
                let newer = highest.saturating_add(step).min(tip);
                format!("/blocks?from={newer}")
            }),
            older: highest
                .to_u32()
                .checked_sub(step)
                .map(|height| format!("/blocks?from={height}")),
        },
    })
}
