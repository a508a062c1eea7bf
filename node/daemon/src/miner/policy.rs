//! When the built-in miner makes a block.
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bitcoin::{BlockHash, ScriptBuf};
use moneta_node_api::{NodeApi, NodeError};
use tokio::time::{Instant, sleep, sleep_until};

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
    node: Arc<LocalNode>,
    policy: MinerPolicy,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), NodeError> {
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => return Ok(()),
            () = occasion(&node, &policy) => {}
        }
        match node.mine(1, policy.payout.clone()).await {
            Ok(_) => {}
            Err(NodeError::TooFarAhead { wait_seconds }) => {
                let pause = Duration::from_secs(u64::from(wait_seconds));
                tokio::select! {
                    () = &mut shutdown => return Ok(()),
                    () = sleep(pause) => {}
                }
            }
            Err(error) => return Err(error),
        }
    }
}

/// Waits until there is reason to make a block.
async fn occasion(node: &LocalNode, policy: &MinerPolicy) {
    let mut seen = 0;
    let mut tip: Option<(BlockHash, Instant)> = None;
    loop {
        // The heartbeat counts from the last block, whoever made it.
        let now_tip = node.tip().await.id;
        let since = match tip {
            Some((id, since)) if id == now_tip => since,
            _ => Instant::now(),
        };
        tip = Some((now_tip, since));
        if let Some(delay) = policy.on_transaction
            && !node.mempool().await.entries.is_empty()
        {
            // What arrives meanwhile comes along.
            sleep(delay).await;
            return;
        }
        tokio::select! {
            now = node.changed(seen) => seen = now,
            () = beat(policy.heartbeat, since) => return,
        }
    }
}

async fn beat(heartbeat: Option<Duration>, since: Instant) {
    match heartbeat {
        Some(period) => sleep_until(since + period).await,
        None => std::future::pending().await,
    }
}
