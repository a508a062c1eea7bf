//! Values of the chain -> bodies of the API.

mod asset;
mod attachment;
mod block;
mod freeze;
mod identity;
mod name;
mod operation;
mod transaction;

pub(crate) use asset::{asset_of_issue, render_asset};
pub(crate) use attachment::render_attachment;
pub(crate) use block::{block_of_transaction, block_ref};
pub(crate) use freeze::{reason_name, reason_of, render_freeze};
pub(crate) use identity::{KnownVersions, render_identity};
pub(crate) use name::{AssetName, hash_or_none};
pub(crate) use operation::{find_operation, render_operation};
pub(crate) use transaction::{Found, Known, render_transaction};
