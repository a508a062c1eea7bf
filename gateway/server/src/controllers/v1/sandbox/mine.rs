//! `POST /v1/blocks`
use axum::Json;
use axum::extract::State;
use moneta_api_types::{MineBlocks, MinedBlocks, Problem, codes};

use super::only_in_sandbox;
use crate::error::ApiError;
use crate::extract::{ApiJson, Caller};
use crate::jobs::open_commitments;
use crate::state::AppState;

/// Most blocks at a time.
const MOST: u32 = 100;

#[utoipa::path(
    post, path = "/v1/blocks", tag = "sandbox", operation_id = "mine_blocks",
    summary = "Mine blocks at once",
    description = include_str!("../../../../../../docs/api/blocks.md"),
    request_body = MineBlocks,
    responses(
        (status = 200, description = "The blocks", body = MinedBlocks),
        (status = "4XX", description = "Refused; nothing has changed", body = Problem, content_type = "application/problem+json"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn mine(
    State(state): State<AppState>,
    _caller: Caller,
    ApiJson(body): ApiJson<MineBlocks>,
) -> Result<Json<MinedBlocks>, ApiError> {
    let faucet = only_in_sandbox(&state)?;
    if !(1..=MOST).contains(&body.count) {
        let said = format!("1 to {MOST} blocks can be mined at once");
        return Err(ApiError::new(codes::REQUEST_INVALID_FIELD, said).at("/count"));
    }
    // A registration gets into the block after its commitment: it has to be sent between the two.
    let mut blocks = state.node.mine(1, faucet.script.clone()).await?;
    let _ = open_commitments(&state).await;
    if body.count > 1 {
        blocks.extend(state.node.mine(body.count - 1, faucet.script).await?);
    }
    // They are mined whether or not the index keeps up; whoever asks about them waits for it then.
    let _ = state.catch_up().await;
    Ok(Json(MinedBlocks {
        blocks: blocks.iter().map(ToString::to_string).collect(),
        height: state.node.tip().await.height.to_u32(),
    }))
}
