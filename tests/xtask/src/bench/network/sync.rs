//! A first sync from one peer on loopback, beside the same node connecting the same blocks from a disk; then what a node
//! costs that has nothing to do.
use std::fs;
use std::time::{Duration, Instant};

use anyhow::Context;
use moneta_chain::{Height, SealedBlock};
use moneta_daemon::{Durability, LocalNode};
use moneta_node_api::NodeApi;

use super::coins::{anyone, fund, payments};
use super::peer::Peer;

/// Blocks of the chain, unless other numbers are given.
const SMALL: u32 = 20_000;
const FULL: u32 = 200;
/// What the sync's rate has to be beside the disk's.
const GOAL: f64 = 0.7;
/// How long a sync may take before it counts as broken.
const PATIENCE: Duration = Duration::from_secs(3_600);
/// Peers of the node that has nothing to do, and for how long.
const IDLE_PEERS: usize = 8;
const IDLE: Duration = Duration::from_secs(60);
/// The part of one processor that it may take.
const IDLE_GOAL: f64 = 0.01;
/// Ticks of the kernel's processor clock in a second: the same on every Linux.
const TICKS: f64 = 100.0;

/// Measures the sync, then the rest.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let number = |at: usize, usual| match args.get(at) {
        Some(word) => word.parse().context("sync [SMALL] [FULL]"),
        None => Ok(usual),
    };
    let (small, full) = (number(0, SMALL)?, number(1, FULL)?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        idle().await?;
        sync(small, full).await
    })
}

async fn sync(small: u32, full: u32) -> anyhow::Result<()> {
    let began = Instant::now();
    let mut source = Peer::open()?;
    let purses = fund(&source.node, small, full).await?;
    for purses in &purses {
        for tx in payments(purses) {
            source.node.submit_transaction(tx).await?;
        }
        source.node.mine(1, anyone()).await?;
    }
    let tip = source.node.tip().await;
    println!(
        "      {} blocks made in {:.0} s, {full} of them full",
        tip.height,
        began.elapsed().as_secs_f64()
    );
    let from_disk = connect_from_disk(&source.node).await?;
    let address = source.join(&[]).await?;
    let mut fresh = Peer::open()?;
    let start = Instant::now();
    fresh.join(&[address]).await?;
    let over_network = (fresh.reaches(tip.id, PATIENCE).await? - start).as_secs_f64();
    let blocks = f64::from(tip.height.to_u32());
    println!(
        "      from disk {:.0} blocks/s ({from_disk:.1} s), over the network {:.0} blocks/s ({over_network:.1} s)",
        blocks / from_disk,
        blocks / over_network
    );
    println!("ratio sync {:.2} goal {GOAL}", from_disk / over_network);
    Ok(())
}

/// Returns the seconds that a fresh node takes for the blocks of another's archive: all of them judged in full.
async fn connect_from_disk(source: &LocalNode) -> anyhow::Result<f64> {
    let fresh = Peer::open()?;
    let last = source.tip().await.height.to_u32();
    let start = Instant::now();
    for height in (1..=last).map(Height::new) {
        let id = source.block_id_at(height).await.context("in the chain")?;
        let block = source.block(id).await?.context("in the archive")?.block;
        let block = SealedBlock::clone(&block);
        let taken = fresh.node.accept_block(block, Durability::Soon).await;
        taken.map_err(|rejection| anyhow::anyhow!("{}", rejection.detail))?;
    }
    fresh.node.flush().await?;
    Ok(start.elapsed().as_secs_f64())
}

/// Nine nodes that have nothing to do, one of them with eight peers: what all nine take is more than what one may.
async fn idle() -> anyhow::Result<()> {
    let mut hub = Peer::open()?;
    hub.node.mine_history(10, anyone()).await?;
    let address = hub.join(&[]).await?;
    let mut others = Vec::new();
    for _ in 0..IDLE_PEERS {
        let mut peer = Peer::open()?;
        peer.join(&[address]).await?;
        others.push(peer);
    }
    hub.meets(IDLE_PEERS).await?;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let (start, before) = (Instant::now(), processor_seconds()?);
    tokio::time::sleep(IDLE).await;
    let used = (processor_seconds()? - before) / start.elapsed().as_secs_f64();
    println!(
        "      idle: a node with {IDLE_PEERS} peers and these peers together take {:.2} % of a processor, allowed for one {:.0} %",
        100.0 * used,
        100.0 * IDLE_GOAL
    );
    println!("ratio idle-cpu {:.2} goal 1", IDLE_GOAL / used.max(1e-6));
    Ok(())
}

/// Returns the processor time of this process so far.
fn processor_seconds() -> anyhow::Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat.rsplit_once(") ").context("a process has a name")?;
    let mut ticks = 0.0;
    for field in fields.split_whitespace().skip(11).take(2) {
        ticks += field.parse::<f64>()?;
    }
    Ok(ticks / TICKS)
}
