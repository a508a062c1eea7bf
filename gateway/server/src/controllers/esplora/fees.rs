//! `/fee-estimates` and the histogram: pure functions of the mempool.
//!
//! The estimate answers one question: what would a transaction have to pay to be among those that fill
//! the next `n` blocks, if nothing else came? It never goes below what the mempool asks for.
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use moneta_node_api::MempoolEntry;

use super::Chain;
use super::moment::Moment;
use super::refusal::Refusal;
use super::shapes::FeeEstimates;

/// Esplora's targets beside 1 to 25.
const FAR_TARGETS: [u16; 3] = [144, 504, 1008];
/// Virtual size of one class of the histogram, as electrs has it.
const CLASS_VSIZE: u64 = 50_000;

pub(super) async fn estimates(State(chain): State<Chain>) -> Result<Json<FeeEstimates>, Refusal> {
    let block_vsize = chain.node.params().max_block_weight / 4;
    let asked = chain.node.mempool_info().await.min_fee_per_kvb;
    Moment::read(chain, move |moment| {
        let entries = &moment.pending.snapshot().entries;
        Ok(Json(estimate(entries, block_vsize, asked)))
    })
    .await
}

/// Returns the rate for each target, block size given in virtual bytes and what is asked for at least in grains
/// per 1,000 of them.
pub(super) fn estimate(
    entries: &[Arc<MempoolEntry>],
    block_vsize: u64,
    asked: u64,
) -> FeeEstimates {
    let least = per_vbyte(asked);
    let dearest = dearest_first(entries);
    let targets = (1..=25).chain(FAR_TARGETS);
    targets
        .map(|target| {
            let space = block_vsize.saturating_mul(target.into());
            (target, rate_to_fit(&dearest, space, least))
        })
        .collect()
}

/// Returns the rate of the first transaction that no longer fits into `space`.
fn rate_to_fit(dearest: &[(f64, u64)], space: u64, least: f64) -> f64 {
    let mut used = 0u64;
    for (rate, vsize) in dearest {
        used = used.saturating_add(*vsize);
        if used > space {
            return rate.max(least);
        }
    }
    least
}

/// Returns classes of at least [`CLASS_VSIZE`], dearest first: the lowest rate in a class, and its size.
pub(super) fn histogram(entries: &[Arc<MempoolEntry>]) -> Vec<(f64, u64)> {
    let mut classes = Vec::new();
    let (mut size, mut lowest) = (0u64, 0.0);
    for (rate, vsize) in dearest_first(entries) {
        // A class ends where the rate changes, so that equals stay together.
        if size > CLASS_VSIZE && rate < lowest {
            classes.push((lowest, size));
            size = 0;
        }
        size = size.saturating_add(vsize);
        lowest = rate;
    }
    if size > 0 {
        classes.push((lowest, size));
    }
    classes
}

pub(super) fn newest_first(entries: &[Arc<MempoolEntry>]) -> Vec<&Arc<MempoolEntry>> {
    let mut entries: Vec<_> = entries.iter().rev().collect();
    // Stable: of equals, children stand before their parents.
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.arrived));
    entries
}

/// Rate and virtual size of each entry, dearest first.
fn dearest_first(entries: &[Arc<MempoolEntry>]) -> Vec<(f64, u64)> {
    let mut rates: Vec<(f64, u64)> = entries
        .iter()
        .map(|entry| (rate_of(entry), entry.vsize))
        .collect();
    rates.sort_by(|a, b| b.0.total_cmp(&a.0));
    rates
}

/// A rate of 2^53 nobody will ask for.
#[expect(clippy::cast_precision_loss, reason = "a rate is no larger than a fee")]
fn per_vbyte(per_kvb: u64) -> f64 {
    per_kvb as f64 / 1_000.0
}

/// Both numbers are far below 2^53: nothing is lost.
#[expect(clippy::cast_precision_loss, reason = "at most 21e14 grains")]
fn rate_of(entry: &MempoolEntry) -> f64 {
    entry.fee.to_sat() as f64 / entry.vsize.max(1) as f64
}
