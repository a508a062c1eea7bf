//! The explorer's pages: what the index and the node know, written as HTML by `moneta-pages`.
//!
//! ```text
//! request -> Visit (language, path) -> Scene (one view of the index, one mempool) -> view model -> page
//! ```
//! All figures of a page come from one [`moneta_index::View`], so they belong to one tip.

mod answer;
mod page;
mod scene;
mod visit;

#[cfg(test)]
mod tests;

use axum::Router;
use axum::routing::{get, post};

use crate::state::AppState;

/// Returns the routes of this surface.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/", get(page::show_home))
        .route("/blocks", get(page::list_blocks))
        .route("/block/{id}", get(page::show_block))
        .route("/tx/{txid}", get(page::show_transaction))
        .route("/address/{address}", get(page::show_address))
        .route("/assets", get(page::list_assets))
        .route("/asset/{id}", get(page::show_asset))
        .route("/asset/{handle}/{symbol}", get(page::find_asset))
        .route("/identity/{id}", get(page::show_identity))
        .route("/document/{digest}", get(page::show_document))
        .route("/document/{digest}/proof/{txid}", get(page::prove_document))
        .route("/freezes", get(page::list_freezes))
        .route("/search", get(page::search))
        .route("/search/suggest", get(page::suggest))
        .route("/faucet", post(page::ask_faucet))
        .route("/opensearch.xml", get(page::describe_search))
        .route("/favicon.ico", get(page::send_icon))
        .route("/static/{fingerprint}/{name}", get(page::send_file))
        .fallback(page::not_found)
}
