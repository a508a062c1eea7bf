//! The pages: one file each.

mod address;
mod asset;
mod assets;
mod block;
mod blocks;
mod document;
mod faucet;
mod files;
mod freezes;
mod home;
mod identity;
mod not_found;
mod proof;
mod search;
mod suggest;
mod transaction;

pub(super) use address::show_address;
pub(super) use asset::{find_asset, show_asset};
pub(super) use assets::list_assets;
pub(super) use block::show_block;
pub(super) use blocks::list_blocks;
pub(super) use document::show_document;
pub(super) use faucet::ask_faucet;
pub(super) use files::{describe_search, send_file, send_icon};
pub(super) use freezes::list_freezes;
pub(super) use home::show_home;
pub(super) use identity::show_identity;
pub(super) use not_found::not_found;
pub(super) use proof::prove_document;
pub(super) use search::search;
pub(super) use suggest::suggest;
pub(super) use transaction::show_transaction;

/// Rows on one page of a list.
const ROWS: usize = 25;
