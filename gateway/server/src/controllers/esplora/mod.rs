//! Esplora's HTTP interface, mounted below `/api`, for stock clients (BDK, LDK and whoever speaks it).
//!
//! Shapes and sizes are Esplora's to the letter: 25 rows a page because clients stop at a shorter one,
//! fields absent rather than null in a `status`, refusals as plain text. Fields of our own come on top
//! (`attachment` on outputs), which clients ignore. `docs/api/esplora.md` lists the routes.

mod block;
mod blocks;
mod broadcast;
mod fees;
mod mempool;
mod moment;
mod owner;
mod params;
mod proof;
mod refusal;
mod render;
mod shapes;
mod spends;
#[cfg(test)]
mod tests;
mod transaction;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::routing::{get, post};
use moneta_index::Index;
use moneta_node_api::NodeApi;
use tower_http::cors::{Any, CorsLayer};

use refusal::Refusal;

use crate::state::AppState;

/// A transaction has at most 4,000,000 bytes; in hexadecimal twice as many.
const MAX_TRANSACTION_HEX: usize = 8_000_000;

/// All that this surface reaches: the chain and its look-up tables. It can't come near a wallet.
#[derive(Clone)]
struct Chain {
    node: Arc<dyn NodeApi>,
    index: Arc<Index>,
}

impl FromRef<AppState> for Chain {
    fn from_ref(state: &AppState) -> Self {
        Self {
            node: Arc::clone(&state.node),
            index: Arc::clone(&state.index),
        }
    }
}

/// Returns the routes of this surface.
pub(crate) fn router() -> Router<AppState> {
    routes()
}

fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Chain: FromRef<S>,
{
    Router::new()
        .merge(chain_routes())
        .merge(transaction_routes())
        .merge(owner_routes())
        .route("/mempool", get(mempool::summary))
        .route("/mempool/txids", get(mempool::txids))
        .route("/mempool/recent", get(mempool::recent))
        .route("/fee-estimates", get(fees::estimates))
        .fallback(unknown_route)
        .layer(DefaultBodyLimit::max(MAX_TRANSACTION_HEX))
        // Everything here is public and no cookie is looked at: any web wallet may ask.
        .layer(CorsLayer::new().allow_origin(Any).allow_methods(Any))
}

fn chain_routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Chain: FromRef<S>,
{
    Router::new()
        .route("/blocks", get(blocks::newest))
        .route("/blocks/{start}", get(blocks::from))
        .route("/blocks/tip/height", get(blocks::tip_height))
        .route("/blocks/tip/hash", get(blocks::tip_hash))
        .route("/block-height/{height}", get(blocks::hash_at))
        .route("/block/{hash}", get(block::summary))
        .route("/block/{hash}/header", get(block::header))
        .route("/block/{hash}/seal", get(block::seal))
        .route("/block/{hash}/raw", get(block::raw))
        .route("/block/{hash}/status", get(block::status))
        .route("/block/{hash}/txids", get(block::txids))
        .route("/block/{hash}/txid/{index}", get(block::txid_at))
        .route("/block/{hash}/txs", get(block::first_transactions))
        .route("/block/{hash}/txs/{start}", get(block::transactions))
}

fn transaction_routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Chain: FromRef<S>,
{
    Router::new()
        .route("/tx", post(broadcast::post))
        .route("/broadcast", get(broadcast::get))
        .route("/txs/package", post(broadcast::post_package))
        .route("/tx/{txid}", get(transaction::whole))
        .route("/tx/{txid}/hex", get(transaction::hex))
        .route("/tx/{txid}/raw", get(transaction::raw))
        .route("/tx/{txid}/status", get(transaction::status))
        .route("/tx/{txid}/merkle-proof", get(proof::merkle_branch))
        .route("/tx/{txid}/merkleblock-proof", get(proof::merkle_block))
        .route("/tx/{txid}/outspend/{vout}", get(spends::of_output))
        .route("/tx/{txid}/outspends", get(spends::of_transaction))
}

fn owner_routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Chain: FromRef<S>,
{
    let mut routes = Router::new()
        .route("/address/{address}", get(owner::of_address))
        .route("/scripthash/{scripthash}", get(owner::of_script_hash));
    for owner in ["/address/{address}", "/scripthash/{scripthash}"] {
        routes = routes
            .route(&format!("{owner}/txs"), get(owner::newest))
            .route(&format!("{owner}/txs/chain"), get(owner::confirmed))
            .route(
                &format!("{owner}/txs/chain/{{last}}"),
                get(owner::confirmed_before),
            )
            .route(&format!("{owner}/txs/mempool"), get(owner::waiting))
            .route(&format!("{owner}/utxo"), get(owner::coins));
    }
    routes
}

async fn unknown_route() -> Refusal {
    Refusal::NotFound("no such route: see docs/api/esplora.md")
}
