//! The mempool with 50,000 transactions in it: how long choosing the next block takes, and what it costs to keep.
use std::fs;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use bitcoin::absolute::LockTime;
use bitcoin::opcodes::OP_TRUE;
use bitcoin::script::Builder;
use bitcoin::{
    Amount, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Witness, transaction,
};
use moneta_chain::{Height, Params};
use moneta_daemon::{FixedClock, LocalNode, NodeConfig};
use moneta_node_api::NodeApi;

use super::rounds::median;

/// Transactions that wait.
const WAITING: u64 = 50_000;
/// Of these, one in so many spends from another that waits.
const CHILD_EVERY: u64 = 4;
/// Coins that one transaction makes.
const COINS_EACH: usize = 1_000;
/// Coinbases that make them.
const COINBASES: u32 = 38;
/// Seconds that choosing may take.
const GOAL_SECONDS: f64 = 0.05;
/// Rounds; odd, so that the median is one of them.
const ROUNDS: usize = 15;
/// When it all takes place.
const NOW: u64 = 1_800_000_000;

/// Fills a mempool and measures it.
pub(crate) fn run(_args: &[String]) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(measure())
}

async fn measure() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let clock = Arc::new(FixedClock::new(NOW));
    let node = LocalNode::open(NodeConfig {
        dir: dir.path().to_path_buf(),
        params: Params::dev(),
        clock,
        state_memory: NodeConfig::STATE_MEMORY,
    })?;
    let mut coins = fund(&node).await?.into_iter();
    let before = resident_bytes()?;
    let start = Instant::now();
    let mut state = 1_u64;
    let mut last = (OutPoint::null(), 0);
    for number in 0..WAITING {
        // A plain generator: the same pool every time.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let fee = 200 + (state >> 33) % 20_000;
        let (coin, value) = if number % CHILD_EVERY == CHILD_EVERY - 1 {
            last
        } else {
            coins.next().context("enough coins")?
        };
        let left = value - fee;
        let txid = node.submit_transaction(spend(coin, &[left])).await?;
        last = (OutPoint::new(txid, 0), left);
    }
    let filled = start.elapsed().as_secs_f64();
    let info = node.mempool_info().await;
    let grown = resident_bytes()?.saturating_sub(before);
    let mut times = Vec::new();
    let mut chosen = 0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        chosen = node.propose().await?.transactions.len();
        times.push(start.elapsed().as_secs_f64());
    }
    report(&info, filled, grown, chosen, median(times));
    let start = Instant::now();
    node.mine(1, anyone()).await?;
    println!(
        "      a block of them mined, connected and followed: {:.0} ms",
        1e3 * start.elapsed().as_secs_f64()
    );
    let start = Instant::now();
    node.save_mempool().await?;
    println!(
        "      the rest saved: {:.0} ms",
        1e3 * start.elapsed().as_secs_f64()
    );
    Ok(())
}

#[allow(clippy::cast_precision_loss)]
fn report(
    info: &moneta_node_api::MempoolInfo,
    filled: f64,
    grown: u64,
    chosen: usize,
    seconds: f64,
) {
    println!(
        "      {} transactions, {} vbytes, taken in at {:.0} tx/s; {chosen} chosen",
        info.transactions,
        info.vsize,
        info.transactions as f64 / filled
    );
    println!(
        "      memory: {:.1} MB counted, {:.1} MB more resident than before",
        info.memory as f64 / 1e6,
        grown as f64 / 1e6
    );
    println!(
        "      template-50k: {:.1} ms, allowed {:.0} ms",
        1e3 * seconds,
        1e3 * GOAL_SECONDS
    );
    println!("ratio template-50k {:.2} goal 1", GOAL_SECONDS / seconds);
}

/// Makes the coins, in blocks; returns them with what they hold.
async fn fund(node: &LocalNode) -> anyhow::Result<Vec<(OutPoint, u64)>> {
    node.mine_history(100 + COINBASES, anyone()).await?;
    let mut coins = Vec::new();
    for height in 1..=COINBASES {
        let id = node
            .block_id_at(Height::new(height))
            .await
            .context("mined")?;
        let block = node.block(id).await?.context("mined")?;
        let coinbase = &block.block.block.txdata[0];
        let coin = OutPoint::new(coinbase.compute_txid(), 0);
        let value = coinbase.output[0].value.to_sat() - 100_000;
        let each = value / COINS_EACH as u64;
        let txid = node
            .submit_transaction(spend(coin, &vec![each; COINS_EACH]))
            .await?;
        let made = (0..).take(COINS_EACH).map(|vout| OutPoint::new(txid, vout));
        coins.extend(made.map(|coin| (coin, each)));
    }
    node.mine(3, anyone()).await?;
    Ok(coins)
}

fn true_script() -> ScriptBuf {
    Builder::new().push_opcode(OP_TRUE).into_script()
}

/// A script that anybody can spend from: scripts are not what is measured.
fn anyone() -> ScriptBuf {
    true_script().to_p2wsh()
}

fn spend(coin: OutPoint, values: &[u64]) -> Transaction {
    let output = |value: &u64| TxOut {
        value: Amount::from_sat(*value),
        script_pubkey: anyone(),
    };
    Transaction {
        version: transaction::Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: coin,
            script_sig: ScriptBuf::new(),
            sequence: Sequence::MAX,
            witness: Witness::from_slice(&[true_script().as_bytes()]),
        }],
        output: values.iter().map(output).collect(),
    }
}

/// Returns the memory that this process has in use, as the kernel counts it.
fn resident_bytes() -> anyhow::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(kib.context("VmRSS")?.parse::<u64>()? * 1_024)
}
