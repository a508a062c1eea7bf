//! A full block over three hops: four nodes in a line whose mempools hold its transactions.
use std::time::{Duration, Instant};

use anyhow::Context;
use bitcoin::Transaction;
use moneta_node_api::NodeApi;

use super::coins::{Purse, anyone, fund, payments};
use super::peer::Peer;
use crate::bench::rounds::median;

/// Blocks that are measured; odd, so that the median is one of them.
const ROUNDS: usize = 11;
/// Blocks before: peers learn who sends compact blocks unasked.
const WARM_UP: usize = 3;
/// Nodes in the line.
const NODES: usize = 4;
/// Seconds that the three hops may take.
const GOAL_SECONDS: f64 = 0.2;
/// Round trips that a hop may take.
const GOAL_ROUND_TRIPS: f64 = 2.0;
/// How long anything may take before it counts as broken.
const PATIENCE: Duration = Duration::from_secs(120);

/// Measures how a block gets from the first node to the last.
pub(crate) fn run(_args: &[String]) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let seconds = runtime.block_on(measure())?;
    println!(
        "      relay-3-hops: {:.1} ms, allowed {:.0} ms",
        1e3 * seconds,
        1e3 * GOAL_SECONDS
    );
    println!("ratio relay-3-hops {:.2} goal 1", GOAL_SECONDS / seconds);
    for (name, warm) in [("warm", true), ("cold", false)] {
        let trips = moneta_simulation::round_trips_a_hop(warm);
        let trips = trips.map_err(|violation| anyhow::anyhow!("{violation}"))?;
        println!(
            "      round trips a hop, {name} mempools: {trips:.2}, allowed {GOAL_ROUND_TRIPS}"
        );
        println!(
            "ratio relay-round-trips-{name} {:.2} goal 1",
            GOAL_ROUND_TRIPS / trips
        );
    }
    Ok(())
}

async fn measure() -> anyhow::Result<f64> {
    let mut line: Vec<Peer> = Vec::new();
    let first = Peer::open()?;
    let full = u32::try_from(ROUNDS + WARM_UP)?;
    let purses = fund(&first.node, 0, full).await?;
    let tip = first.node.tip().await.id;
    line.push(first);
    let mut before = line[0].join(&[]).await?;
    for _ in 1..NODES {
        let mut next = Peer::open()?;
        before = next.join(&[before]).await?;
        next.reaches(tip, PATIENCE).await?;
        line.push(next);
    }
    let mut times = Vec::new();
    for (round, purses) in purses.iter().enumerate() {
        let seconds = relay(&line, purses).await?;
        if round >= WARM_UP {
            times.push(seconds);
        }
    }
    Ok(median(times))
}

/// Mines one full block at the first node; returns seconds from its being the tip there to its being the tip at the last.
async fn relay(line: &[Peer], purses: &[Purse]) -> anyhow::Result<f64> {
    let payments: Vec<Transaction> = payments(purses);
    for peer in line {
        for tx in &payments {
            // It may have come from a neighbour already.
            peer.node.submit_transaction(tx.clone()).await?;
        }
    }
    let (first, last) = (&line[0], line.last().context("a line has an end")?);
    let seen = first.node.tip().await.id;
    let departed = async {
        let mut revision = 0;
        loop {
            revision = first.node.changed(revision).await;
            if first.node.tip().await.id != seen {
                return Instant::now();
            }
        }
    };
    let arrived = async {
        let mut revision = 0;
        loop {
            revision = last.node.changed(revision).await;
            if last.node.tip().await.id != seen {
                return Instant::now();
            }
        }
    };
    let (mined, departed, arrived) = tokio::join!(first.node.mine(1, anyone()), departed, arrived);
    let id = *mined?.first().context("one block")?;
    let block = first.node.block(id).await?.context("mined")?;
    let count = block.block.block.txdata.len();
    println!(
        "      {count} transactions, {} bytes: {:.1} ms",
        block.block.block.total_size(),
        1e3 * arrived.duration_since(departed).as_secs_f64()
    );
    for peer in line {
        peer.reaches(id, PATIENCE).await?;
    }
    Ok(arrived.duration_since(departed).as_secs_f64())
}
