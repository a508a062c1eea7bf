//! `/mempool`: what waits for a block.
use axum::Json;
use axum::extract::State;

use super::Chain;
use super::fees::{histogram, newest_first};
use super::moment::Moment;
use super::refusal::Refusal;
use super::shapes::{Mempool, Recent};

/// Transactions in `/mempool/recent`.
const RECENT: usize = 10;

pub(super) async fn summary(State(chain): State<Chain>) -> Result<Json<Mempool>, Refusal> {
    Moment::read(chain, |moment| {
        let entries = &moment.pending.snapshot().entries;
        Ok(Json(Mempool {
            count: entries.len(),
            vsize: entries.iter().map(|entry| entry.vsize).sum(),
            total_fee: entries.iter().map(|entry| entry.fee.to_sat()).sum(),
            fee_histogram: histogram(entries),
        }))
    })
    .await
}

pub(super) async fn txids(State(chain): State<Chain>) -> Result<Json<Vec<String>>, Refusal> {
    Moment::read(chain, |moment| {
        let entries = moment.pending.snapshot().entries.iter();
        Ok(Json(entries.map(|entry| entry.txid.to_string()).collect()))
    })
    .await
}

pub(super) async fn recent(State(chain): State<Chain>) -> Result<Json<Vec<Recent>>, Refusal> {
    Moment::read(chain, |moment| {
        let newest = newest_first(&moment.pending.snapshot().entries);
        let recent = newest.into_iter().take(RECENT).map(|entry| Recent {
            txid: entry.txid.to_string(),
            fee: entry.fee.to_sat(),
            vsize: entry.vsize,
            value: entry
                .transaction
                .output
                .iter()
                .map(|output| output.value.to_sat())
                .sum(),
        });
        Ok(Json(recent.collect()))
    })
    .await
}
