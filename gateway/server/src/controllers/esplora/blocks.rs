//! `/blocks`, the tip, and the way from a height to a hash.
use axum::Json;
use axum::extract::{Path, State};
use moneta_chain::Height;

use super::Chain;
use super::moment::Moment;
use super::refusal::Refusal;
use super::shapes::Block;
use super::{params, render};

/// Blocks in one list.
const PAGE: usize = 10;

pub(super) async fn newest(State(chain): State<Chain>) -> Result<Json<Vec<Block>>, Refusal> {
    list(chain, None).await
}

pub(super) async fn from(
    State(chain): State<Chain>,
    Path(start): Path<String>,
) -> Result<Json<Vec<Block>>, Refusal> {
    let start = params::height(&start)?;
    list(chain, Some(start)).await
}

async fn list(chain: Chain, start: Option<Height>) -> Result<Json<Vec<Block>>, Refusal> {
    Moment::read(chain, move |moment| {
        let start = start.unwrap_or(moment.view.tip().height);
        let blocks = moment.view.blocks_down_from(start, PAGE)?;
        if blocks.is_empty() {
            return Err(Refusal::NotFound("there is no block at this height yet"));
        }
        Ok(Json(blocks.iter().map(render::block).collect()))
    })
    .await
}

pub(super) async fn tip_height(State(chain): State<Chain>) -> Result<String, Refusal> {
    Moment::read(chain, |moment| Ok(moment.view.tip().height.to_string())).await
}

pub(super) async fn tip_hash(State(chain): State<Chain>) -> Result<String, Refusal> {
    Moment::read(chain, |moment| Ok(moment.view.tip().id.to_string())).await
}

pub(super) async fn hash_at(
    State(chain): State<Chain>,
    Path(height): Path<String>,
) -> Result<String, Refusal> {
    let height = params::height(&height)?;
    Moment::read(chain, move |moment| {
        let block = moment.view.block(height)?;
        block
            .map(|block| block.id.to_string())
            .ok_or(Refusal::NotFound("there is no block at this height yet"))
    })
    .await
}
