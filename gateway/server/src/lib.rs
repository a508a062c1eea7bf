//! The gateway: `/v1`, Esplora `/api`, explorer pages, and the custody of hosted wallets.
//!
//! ```text
//! HTTP -> router -> middleware -> controllers -> AppState{node, index, store, signer}
//!                                     |
//!        request -> plan -> signer (reads the PSBT for itself) -> dry run -> redb -> mempool
//! ```

mod config;
mod controllers;
mod custody;
mod error;
mod extract;
mod flow;
mod gateway;
mod jobs;
mod layers;
mod openapi;
mod references;
mod router;
mod state;
mod store;
mod views;
mod wallets;

pub use config::{Clock, GatewayConfig, Random};
pub use gateway::{Gateway, OpenError, ServeError};
