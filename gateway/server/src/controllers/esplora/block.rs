//! `/block/{hash}` and below: of the best chain out of the index, of other branches out of the node.
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use bitcoin::consensus::encode::serialize_hex;
use bitcoin::consensus::serialize;
use bitcoin::hex::DisplayHex;
use moneta_index::BlockSummary;
use moneta_node_api::BlockInfo;

use super::Chain;
use super::moment::Moment;
use super::refusal::Refusal;
use super::shapes::{Block, BlockStatus, Tx};
use super::{params, render};

/// Transactions on one page.
const PAGE: u32 = 25;
const UNKNOWN: Refusal = Refusal::NotFound("no block with this hash is known");
const NOT_BEST: Refusal = Refusal::NotFound("the block is unknown or not in the best chain");
const NO_POSITION: Refusal = Refusal::NotFound("the block has no transaction at this position");

async fn known(chain: &Chain, hash: &str) -> Result<BlockInfo, Refusal> {
    let hash = params::block_hash(hash)?;
    chain.node.block(hash).await?.ok_or(UNKNOWN)
}

pub(super) async fn summary(
    State(chain): State<Chain>,
    Path(hash): Path<String>,
) -> Result<Json<Block>, Refusal> {
    let info = known(&chain, &hash).await?;
    let block = &info.block.block;
    let summary = BlockSummary {
        id: info.block.id(),
        height: info.height,
        header: block.header,
        seal: info.block.seal,
        transactions: u32::try_from(block.txdata.len()).unwrap_or(u32::MAX),
        size: block.total_size() as u64,
        weight: block.weight().to_wu(),
        fees: bitcoin::Amount::ZERO,
        reward: bitcoin::Amount::ZERO,
        median_time: info.median_time,
    };
    Ok(Json(render::block(&summary)))
}

pub(super) async fn header(
    State(chain): State<Chain>,
    Path(hash): Path<String>,
) -> Result<String, Refusal> {
    let info = known(&chain, &hash).await?;
    Ok(serialize_hex(&info.block.block.header))
}

/// Ours: the 40 bytes that stand beside the header.
pub(super) async fn seal(
    State(chain): State<Chain>,
    Path(hash): Path<String>,
) -> Result<String, Refusal> {
    let info = known(&chain, &hash).await?;
    Ok(info.block.seal.encode().to_lower_hex_string())
}

pub(super) async fn raw(
    State(chain): State<Chain>,
    Path(hash): Path<String>,
) -> Result<impl IntoResponse, Refusal> {
    let info = known(&chain, &hash).await?;
    let bytes = serialize(&info.block.block);
    Ok(([(CONTENT_TYPE, "application/octet-stream")], bytes))
}

/// A block nobody knows is answered like one that lost: clients ask this to learn of a reorganisation.
pub(super) async fn status(
    State(chain): State<Chain>,
    Path(hash): Path<String>,
) -> Result<Json<BlockStatus>, Refusal> {
    let hash = params::block_hash(&hash)?;
    Moment::read(chain, move |moment| {
        let height = moment.view.height_of(&hash)?;
        let next = match height {
            Some(height) => moment.view.block(height.next())?,
            None => None,
        };
        Ok(Json(BlockStatus {
            in_best_chain: height.is_some(),
            height: height.map(|height| height.to_u32()),
            next_best: next.map(|block| block.id.to_string()),
        }))
    })
    .await
}

pub(super) async fn txids(
    State(chain): State<Chain>,
    Path(hash): Path<String>,
) -> Result<Json<Vec<String>>, Refusal> {
    let info = known(&chain, &hash).await?;
    let transactions = info.block.block.txdata.iter();
    Ok(Json(
        transactions
            .map(|transaction| transaction.compute_txid().to_string())
            .collect(),
    ))
}

pub(super) async fn txid_at(
    State(chain): State<Chain>,
    Path((hash, index)): Path<(String, String)>,
) -> Result<String, Refusal> {
    let index: usize = params::number(&index)?;
    let info = known(&chain, &hash).await?;
    let transaction = info.block.block.txdata.get(index).ok_or(NO_POSITION)?;
    Ok(transaction.compute_txid().to_string())
}

pub(super) async fn first_transactions(
    chain: State<Chain>,
    Path(hash): Path<String>,
) -> Result<Json<Vec<Tx>>, Refusal> {
    transactions(chain, Path((hash, "0".to_owned()))).await
}

pub(super) async fn transactions(
    State(chain): State<Chain>,
    Path((hash, start)): Path<(String, String)>,
) -> Result<Json<Vec<Tx>>, Refusal> {
    let hash = params::block_hash(&hash)?;
    let start: u32 = params::number(&start)?;
    if !start.is_multiple_of(PAGE) {
        return Err(Refusal::Malformed("the start must be a multiple of 25"));
    }
    Moment::read(chain, move |moment| {
        let height = moment.view.height_of(&hash)?.ok_or(NOT_BEST)?;
        let txids = moment.view.txids_of_block(height, start, PAGE as usize)?;
        if txids.is_empty() {
            return Err(NO_POSITION);
        }
        moment.confirmed(&txids).map(Json)
    })
    .await
}
