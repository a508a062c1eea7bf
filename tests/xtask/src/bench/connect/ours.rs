//! Our node, as a peer's block reaches it: bytes in, tip moved, block in the archive.
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::anyhow;
use bitcoin::{Transaction, consensus};
use moneta_chain::{Params, Seal, SealedBlock};
use moneta_daemon::{FixedClock, LocalNode, NodeConfig};
use moneta_node_api::NodeApi;
use tokio::runtime::Runtime;

/// A node over an empty folder.
pub(super) struct Ours {
    runtime: Runtime,
    node: Arc<LocalNode>,
}

impl Ours {
    /// Opens a node whose clock shows the time of the last block.
    pub(super) fn start(dir: &Path, last: &SealedBlock) -> anyhow::Result<Self> {
        let config = NodeConfig {
            dir: dir.to_path_buf(),
            params: Params::dev(),
            clock: Arc::new(FixedClock::new(u64::from(last.block.header.time))),
            state_memory: NodeConfig::STATE_MEMORY,
        };
        Ok(Self {
            runtime: Runtime::new()?,
            node: LocalNode::open(config)?,
        })
    }

    /// Connects blocks and returns the seconds they took.
    pub(super) fn connect(&self, blocks: &[SealedBlock]) -> anyhow::Result<f64> {
        let sent: Vec<(Vec<u8>, Seal)> = blocks
            .iter()
            .map(|block| (consensus::serialize(&block.block), block.seal))
            .collect();
        let start = Instant::now();
        for (bytes, seal) in sent {
            let block = consensus::deserialize(&bytes)?;
            let id = self
                .runtime
                .block_on(self.node.submit_block(SealedBlock { block, seal }))
                .map_err(|refused| anyhow!("{}: {}", refused.code, refused.detail))?;
            let tip = self.runtime.block_on(self.node.tip());
            anyhow::ensure!(tip.id == id, "the block did not become the tip");
        }
        Ok(start.elapsed().as_secs_f64())
    }

    /// Puts transactions into the mempool.
    pub(super) fn announce(&self, transactions: &[Transaction]) -> anyhow::Result<()> {
        for tx in transactions {
            self.runtime
                .block_on(self.node.submit_transaction(tx.clone()))
                .map_err(|refused| anyhow!("{}: {}", refused.code, refused.detail))?;
        }
        Ok(())
    }
}
