//! `cargo xtask bench store [--coins N]`: our key-value store against those that people would pick, each on the same
//! work with the same durability, one after the other; RocksDB too where clang's library is found.
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};
use tempfile::TempDir;

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../peers/store/Cargo.toml");
const BINARY: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../peers/store/target/release/moneta-peers-store"
);

/// Our own name among the stores.
const OURS: &str = "moneta";

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
/// Coins of about a gigabyte, and how long a store of that size may take to open after a kill.
const GIGABYTE_COINS: u64 = 10_500_000;
const MOST_OPEN_MS: f64 = 2_000.0;
/// Memory that ours is given by `Options::new`, and what a table in the making takes beside it.
const MEMORY_MIB: f64 = 128.0;

type Figures = BTreeMap<String, f64>;

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
    let mut all = BTreeMap::new();
    for name in names.split_whitespace() {
        let figures = measure(name, coins)?;
        for (figure, value) in &figures {
            println!("      {name:<8} {figure:<22} {value:>12.1}");
        }
        all.insert(name, figures);
    }
    let ours = all.remove(OURS).context("our store did not run")?;
    for (figure, goal) in RATES {
        let of = |figures: &Figures| figures.get(figure).copied();
        let peers = all
            .iter()
            .filter_map(|(name, peer)| Some((of(peer)?, name)));
        let best = peers.max_by(|a, b| a.0.total_cmp(&b.0));
        let (theirs, name) = best.context("no peer ran")?;
        let ours = of(&ours).with_context(|| format!("no {figure}"))?;
        println!("      {figure}: the best peer is {name}");
        let work = figure.trim_end_matches("-per-s").replace("-blocks", "");
        println!("ratio store-{work} {:.2} goal {goal}", ours / theirs);
    }
    let of = |name: &str| {
        ours.get(name)
            .copied()
            .with_context(|| format!("no {name}"))
    };
    let disk = of("raw-end-mib")? / of("disk-end-mib")?;
    println!("ratio store-disk {disk:.2} goal {:.2}", 1.0 / MOST_DISK);
    println!(
        "ratio store-memory {:.2} goal 1",
        MEMORY_MIB / of("memory-peak-mib")?
    );
    let killed = open_after_kill()?;
    println!("count store-killed-mib {:.0}", killed["killed-disk-mib"]);
    let took = killed["open-killed-ms"];
    println!("      a store of a gigabyte opens {took:.0} ms after a kill");
    println!("ratio store-open-killed {:.2} goal 1", MOST_OPEN_MS / took);
    Ok(())
}

/// Fills our store with a gigabyte, kills the process in the middle of commits, and opens what it left.
fn open_after_kill() -> anyhow::Result<Figures> {
    let dir = folder()?;
    let command = |coins: u64, word: &str| {
        let mut command = Command::new(BINARY);
        command.arg(OURS).arg(dir.path());
        command.arg(coins.to_string()).arg(word);
        command
    };
    let mut filling = command(GIGABYTE_COINS, "fill")
        .stdout(Stdio::piped())
        .spawn()?;
    let told = filling.stdout.take().context("its output is a pipe")?;
    let mut told = BufReader::new(told).lines();
    // A few commits more, so that the kill meets one.
    let promised = told
        .by_ref()
        .nth(20)
        .context("the filling process ended")??;
    filling.kill()?;
    filling.wait()?;
    let promised = told.last().transpose()?.unwrap_or(promised);
    figures(command(promised.parse()?, "open"), OURS)
}

/// Runs one store in a process and a folder of its own.
fn measure(name: &str, coins: u64) -> anyhow::Result<Figures> {
    let dir = folder()?;
    let mut command = Command::new(BINARY);
    command.arg(name).arg(dir.path()).arg(coins.to_string());
    figures(command, name)
}

/// Where builds go there is a disk; temporary folders may lie in memory.
fn folder() -> anyhow::Result<TempDir> {
    Ok(TempDir::new_in(
        Path::new(BINARY).parent().context("no target folder")?,
    )?)
}

fn figures(mut command: Command, name: &str) -> anyhow::Result<Figures> {
    let ran = command
        .output()
        .with_context(|| format!("{name} can't be started"))?;
    ensure!(
        ran.status.success(),
        "{name} fails: {}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let told = String::from_utf8(ran.stdout)?;
    let figures = told.lines().filter_map(|line| {
        let (name, value) = line.strip_prefix("figure ")?.split_once(' ')?;
        Some((name.to_owned(), value.parse().ok()?))
    });
    Ok(figures.collect())
}

fn build() -> anyhow::Result<()> {
    println!("building the peers (minutes, the first time)");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let run = |features: &[&str]| {
        let built = Command::new::<&OsString>(&cargo)
            .args([
                "build",
                "--quiet",
                "--release",
                "--locked",
                "--manifest-path",
                MANIFEST,
            ])
            .args(features)
            .status();
        built.is_ok_and(|status| status.success())
    };
    if std::env::var_os("LIBCLANG_PATH").is_some() && run(&["--features", "rocksdb"]) {
        return Ok(());
    }
    println!("without RocksDB, which needs libclang and LIBCLANG_PATH");
    ensure!(run(&[]), "the peers can't be built");
    Ok(())
}
