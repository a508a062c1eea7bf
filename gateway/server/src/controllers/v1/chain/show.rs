//! `GET /v1/chain`
use axum::Json;
use axum::extract::State;
use moneta_api_types::{AssetAmount, Chain, MempoolSummary, NATIVE_DECIMALS, Problem, rfc3339};

use crate::error::ApiError;
use crate::state::AppState;

#[utoipa::path(
    get, path = "/v1/chain", tag = "chain", operation_id = "show_chain",
    summary = "Where the chain stands",
    description = include_str!("../../../../../../docs/api/chain.md"),
    responses((status = 200, body = Chain), (status = "5XX", body = Problem)),
)]
pub(crate) async fn show(State(state): State<AppState>) -> Result<Json<Chain>, ApiError> {
    let (params, view) = (state.node.params(), state.node.view().await);
    let (tip, mempool) = (view.tip(), view.mempool());
    Ok(Json(Chain {
        network: params.network.name().into(),
        genesis_hash: params.genesis.block_hash().to_string(),
        height: tip.height.to_u32(),
        tip_hash: tip.id.to_string(),
        tip_time: rfc3339(u64::from(tip.time)),
        median_time: rfc3339(u64::from(tip.median_time)),
        index_height: state.index.tip().height.to_u32(),
        subsidy: AssetAmount::new(params.subsidy(tip.height.next()).to_sat(), NATIVE_DECIMALS),
        mempool: MempoolSummary {
            transactions: mempool.entries.len(),
            vsize: mempool.entries.iter().map(|entry| entry.vsize).sum(),
        },
        sandbox: state.sandbox,
    }))
}
