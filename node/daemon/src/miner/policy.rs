//! When the built-in miner makes a block.
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bitcoin::ScriptBuf;
use moneta_node_api::NodeError;

use crate::LocalNode;

/// When the built-in miner makes a block, and whom it pays.
#[derive(Debug, Clone)]
pub struct MinerPolicy {
    /// How long after a transaction arrives a block is made, so that several share one; `None`: never.
    pub on_transaction: Option<Duration>,
    /// How long after the last block the next is made even if nothing arrives; `None`: never.
    pub heartbeat: Option<Duration>,
    /// Script that the coinbase pays.
    pub payout: ScriptBuf,
}

/// Mines for `node` as `policy` says until `shutdown` is ready.
///
/// # Errors
/// The node can't store blocks any more.
pub async fn run_miner(
    _node: Arc<LocalNode>,
    _policy: MinerPolicy,
    _shutdown: impl Future<Output = ()> + Send,
) -> Result<(), NodeError> {
    unimplemented!("miner")
}
