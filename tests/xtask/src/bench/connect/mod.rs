//! Connecting blocks: our node against Bitcoin Core's engine on the same blocks, both with as many threads as
//! the machine has, files in memory; then with a warm mempool, and with an asset on every coin.

mod ours;
mod peer;
mod workload;
mod worst;

use std::path::PathBuf;

use anyhow::Context;
use tempfile::TempDir;

use super::rounds::{median, ratio};
use ours::Ours;
use peer::Peer;
use workload::{TRANSACTIONS, Workload};

/// Measured blocks of each kind, one a round; odd, so that the median is one of them.
const ROUNDS: usize = 9;

/// Seconds that no block may take.
const WORST_SECONDS: f64 = 2.0;

/// Runs every comparison, a block of each side in turn.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    if args.iter().any(|arg| arg == "--worst") {
        return worst_blocks();
    }
    let threads = std::thread::available_parallelism()?.get();
    let plain = Workload::new(ROUNDS, false);
    let assets = Workload::new(ROUNDS, true);
    let dirs = [folder()?, folder()?, folder()?, folder()?];
    let last = |workload: &Workload| workload.measured.last().cloned().context("no blocks");
    let cold = Ours::start(dirs[0].path(), &last(&plain)?)?;
    let warm = Ours::start(dirs[1].path(), &last(&plain)?)?;
    let enveloped = Ours::start(dirs[2].path(), &last(&assets)?)?;
    let mut peer = Peer::start(
        dirs[3].path(),
        plain.setup.iter().chain(&plain.measured),
        threads,
    )
    .inspect_err(|error| println!("no ratio against bitcoinkernel: {error:#}"))
    .ok();
    cold.connect(&plain.setup)?;
    warm.connect(&plain.setup)?;
    enveloped.connect(&assets.setup)?;
    if let Some(peer) = &mut peer {
        peer.connect(plain.setup.len())?;
    }
    let mut times: [Vec<f64>; 4] = Default::default();
    for round in 0..ROUNDS {
        let block = std::slice::from_ref(&plain.measured[round]);
        times[0].push(cold.connect(block)?);
        if let Some(peer) = &mut peer {
            times[3].push(peer.connect(1)?);
        }
        warm.announce(&plain.measured[round].block.txdata[1..])?;
        times[1].push(warm.connect(block)?);
        times[2].push(enveloped.connect(std::slice::from_ref(&assets.measured[round]))?);
    }
    let [cold, warm, enveloped, theirs] = times;
    let (cold, warm, enveloped) = (median(cold), median(warm), median(enveloped));
    if peer.is_some() {
        let theirs = median(theirs);
        rate("bitcoinkernel", theirs);
        ratio("connect-cold", cold, theirs, 1.0);
    }
    rate("ours, cold", cold);
    rate("ours, warm", warm);
    rate("ours, cold, an asset on every coin", enveloped);
    ratio("connect-warm", warm, cold, 5.0);
    // At most 20 % more.
    ratio("envelope-checks", enveloped, cold, 0.83);
    worst_blocks()
}

/// Connects the costliest blocks that are allowed; each goal is the seconds it may take over those it takes.
fn worst_blocks() -> anyhow::Result<()> {
    for worst in worst::blocks() {
        let dir = folder()?;
        let ours = Ours::start(dir.path(), &worst.block)?;
        ours.connect(&worst.setup)?;
        let before = processor_seconds();
        let seconds = ours.connect(std::slice::from_ref(&worst.block))?;
        let busy = processor_seconds() - before;
        println!(
            "      {}: {seconds:.2} s, {busy:.2} s of processors",
            worst.name
        );
        ratio(
            &format!("worst-{}", worst.name),
            seconds,
            WORST_SECONDS,
            1.0,
        );
    }
    Ok(())
}

/// Seconds that processors have worked for this process: on a busy machine far less than the clock says.
fn processor_seconds() -> f64 {
    // Fields 14 and 15, in hundredths; the name before them may hold anything but ends with a bracket.
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    ticks / 100.0
}

#[allow(clippy::cast_precision_loss)]
fn rate(name: &str, seconds: f64) {
    println!("      {name}: {:.0} tx/s", TRANSACTIONS as f64 / seconds);
}

/// A folder in memory, where the machine has such a place.
fn folder() -> anyhow::Result<TempDir> {
    let memory = PathBuf::from("/dev/shm");
    Ok(if memory.is_dir() {
        TempDir::new_in(memory)?
    } else {
        TempDir::new()?
    })
}
