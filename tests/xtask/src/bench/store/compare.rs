//! The ratios: our figures against those of the best peer in the same round.
use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail, ensure};

use super::build::{BINARY, build};
use super::killed;
use super::turns::{Figures, take_turns};
use crate::bench::rounds::median;

/// Our own name among the stores.
pub(super) const OURS: &str = "moneta";

/// What is compared with the best peer: the figure, and how many times better we want to be.
const RATES: [(&str, f64); 6] = [
    ("insert-per-s", 2.0),
    ("delete-per-s", 2.0),
    ("replay-blocks-per-s", 2.0),
    ("read-warm-per-s", 1.0),
    ("read-cold-per-s", 1.0),
    ("read-absent-per-s", 1.0),
];

/// Most that a store may take on disk for each byte that is in it.
const MOST_DISK: f64 = 1.3;
/// Memory that ours is given by `Options::new`, and what a table in the making takes beside it.
const MEMORY_MIB: f64 = 128.0;
/// Longest that a store may take, its turns together; one that takes longer is compared as far as it came.
const PATIENCE: Duration = Duration::from_secs(480);
/// sled took 5.7 GiB of memory for 2 million coins, whatever its cache was told: more coins might take that of the machine.
const MOST_FOR_SLED: u64 = 5_000_000;

/// Runs every store and prints what each did, then the ratios.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let coins = match args {
        [] => 2_000_000,
        [flag, count] if flag == "--coins" => count.parse().context("N is a number of coins")?,
        _ => bail!("cargo xtask bench store [--coins N]"),
    };
    // Below, a replay has no old coins to spend.
    ensure!(
        coins >= 100_000,
        "at least 100,000 coins, or it says nothing"
    );
    build()?;
    let names = Command::new(BINARY).output()?.stdout;
    let names = String::from_utf8(names)?;
    let mut names: Vec<String> = names.split_whitespace().map(str::to_owned).collect();
    if coins > MOST_FOR_SLED {
        println!("without sled, which keeps more in memory than its cache is told");
        names.retain(|name| name != "sled");
    }
    let mut all = take_turns(&names, coins, PATIENCE)?;
    let ours = all.remove(OURS).context("our store did not run")?;
    for (figure, goal) in RATES {
        compare(figure, goal, &ours, &all)?;
    }
    // How long a machine with other work lets a thread wait is no property of a store.
    compare("read-warm-per-cpu-s", 1.0, &ours, &all)?;
    let of = |name: &str| {
        let values = ours.get(name).with_context(|| format!("no {name}"));
        values.map(|values| values[0])
    };
    let disk = of("raw-end-mib")? / of("disk-end-mib")?;
    println!("ratio store-disk {disk:.2} goal {:.2}", 1.0 / MOST_DISK);
    println!(
        "ratio store-memory {:.2} goal 1",
        MEMORY_MIB / of("memory-peak-mib")?
    );
    killed::run()
}

/// Prints the median over the rounds of our rate against that of the peer whose median is best.
fn compare(
    figure: &str,
    goal: f64,
    ours: &Figures,
    peers: &BTreeMap<String, Figures>,
) -> anyhow::Result<()> {
    // A peer that was left behind may lack rounds.
    let rates = peers
        .iter()
        .filter_map(|(name, peer)| Some((peer.get(figure)?, name)));
    let best = rates.max_by(|a, b| median(a.0.clone()).total_cmp(&median(b.0.clone())));
    let (theirs, name) = best.context("no peer came so far")?;
    let ours = ours.get(figure).with_context(|| format!("no {figure}"))?;
    let ratios = ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs);
    println!("      {figure}: the best peer is {name}");
    let work = figure.trim_end_matches("-s").trim_end_matches("-per");
    let work = work.replace("-blocks", "").replace("-per-cpu", "-cpu");
    println!(
        "ratio store-{work} {:.2} goal {goal}",
        median(ratios.collect())
    );
    Ok(())
}
