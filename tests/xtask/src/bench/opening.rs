//! `cargo xtask bench open [BLOCKS]`: how long a node takes to open a chain that it has: what grows with the chain
//! there is reading every header and making the maps in memory.
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use bitcoin::ScriptBuf;
use bitcoin::opcodes::OP_TRUE;
use bitcoin::script::Builder;
use moneta_chain::Params;
use moneta_daemon::{LocalNode, NodeConfig, SystemClock};
use moneta_node_api::NodeApi;

use super::rounds::median;

/// Blocks of the chain, unless another number is given.
const BLOCKS: u32 = 100_000;
/// How long opening may take, in seconds.
const GOAL: f64 = 2.0;
/// Openings, of which the median counts.
const ROUNDS: usize = 5;

/// Mines the chain, then opens it again and again.
pub(super) fn run(args: &[String]) -> anyhow::Result<()> {
    let blocks = args.first().map_or(Ok(BLOCKS), |text| text.parse());
    let blocks: u32 = blocks.context("open [BLOCKS]")?;
    let dir = tempfile::tempdir()?;
    let config = NodeConfig {
        dir: dir.path().to_owned(),
        params: Params::dev(),
        clock: Arc::new(SystemClock),
        state_memory: NodeConfig::STATE_MEMORY,
    };
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let began = Instant::now();
        let node = LocalNode::open(config.clone())?;
        node.mine_history(blocks, anyone()).await?;
        let (tip, digest) = (node.tip().await, node.state_digest().await?);
        drop(node);
        println!(
            "      {} blocks mined in {:.0} s",
            tip.height,
            began.elapsed().as_secs_f64()
        );
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            let start = Instant::now();
            let node = LocalNode::open(config.clone())?;
            times.push(start.elapsed().as_secs_f64());
            anyhow::ensure!(node.tip().await == tip && node.state_digest().await? == digest);
        }
        let took = median(times);
        println!(
            "      a chain of {blocks} blocks opens in {:.0} ms",
            took * 1_000.0
        );
        println!("ratio open {:.2} goal 1", GOAL / took);
        Ok(())
    })
}

fn anyone() -> ScriptBuf {
    Builder::new().push_opcode(OP_TRUE).into_script()
}
