//! `GET /`: the front page.
use axum::response::Response;
use bitcoin::block::Header;
use moneta_index::IndexError;
use moneta_pages::format::{Moment, group};
use moneta_pages::parts::TransactionRow;
use moneta_pages::{Home, MempoolCard, Tip, render_home};

use super::super::scene::{Scene, tell_waiting};
use super::super::visit::Visit;

const BLOCKS: usize = 8;
const TRANSACTIONS: usize = 8;
/// How far back the front page looks for transactions that are no mining rewards.
const LOOK_BACK: usize = 200;

/// Shows the tip, what happened last, and what waits.
pub(crate) async fn show_home(visit: Visit) -> Response {
    visit
        .page(|scene| Ok(render_home(&scene.shell, &home(scene)?)))
        .await
}

fn home(scene: &Scene) -> Result<Home, IndexError> {
    let tip = scene.view.tip();
    let blocks = scene.view.blocks_down_from(tip.height, BLOCKS)?;
    let entries = &scene.pending.snapshot().entries;
    Ok(Home {
        tip: Tip {
            height: tip.height.to_u32(),
            id: tip.id.to_string(),
            moment: Moment(u64::from(tip.time)),
        },
        work: blocks
            .first()
            .map_or_else(String::new, |block| work(&block.header)),
        mempool: MempoolCard {
            transactions: entries.len(),
            vsize: entries.iter().map(|entry| entry.vsize).sum(),
        },
        blocks: blocks
            .iter()
            .map(|block| scene.block_row(block))
            .collect::<Result<_, _>>()?,
        transactions: latest(scene)?,
    })
}

/// The newest transactions that are no mining rewards, waiting ones first.
fn latest(scene: &Scene) -> Result<Vec<TransactionRow>, IndexError> {
    let mut rows = Vec::new();
    for entry in scene.pending.snapshot().entries.iter().rev() {
        if rows.len() == TRANSACTIONS {
            return Ok(rows);
        }
        // Mined since the mempool was looked at: it comes below.
        if scene.view.place_of(&entry.txid)?.is_none() {
            rows.push(scene.transaction_row(&tell_waiting(entry), None)?);
        }
    }
    let confirmed = scene.view.latest_transactions(None, LOOK_BACK)?;
    let paid: Vec<_> = confirmed
        .into_iter()
        .filter(|entry| entry.place.position > 0)
        .take(TRANSACTIONS - rows.len())
        .collect();
    rows.extend(scene.history(&paid, None)?);
    Ok(rows)
}

/// Writes the expected number of hashes behind a header.
pub(super) fn work(header: &Header) -> String {
    group(&header.work().to_string())
}
