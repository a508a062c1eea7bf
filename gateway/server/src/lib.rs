//! The gateway: `/v1`, Esplora `/api`, explorer pages, and the custody of hosted wallets.
#![doc = include_str!("../README.md")]

mod config;
mod connections;
mod controllers;
mod custody;
mod error;
mod extract;
mod flow;
mod gateway;
mod jobs;
mod layers;
mod openapi;
mod patient;
mod references;
mod router;
mod state;
mod status;
mod store;
mod views;
mod wallets;

pub use config::{Clock, GatewayConfig, Random};
pub use gateway::{Gateway, OpenError, ServeError};
pub use status::serve_status;
