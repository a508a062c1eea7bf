//! Opening after a kill: a gigabyte of our own, and the clock.
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

use super::build::BINARY;
use super::compare::OURS;
use super::turns::{figure_of, folder};

/// Coins of about a gigabyte, and how long a store of that size may take to open after a kill.
const GIGABYTE_COINS: u64 = 10_500_000;
const MOST_OPEN_MS: f64 = 2_000.0;

/// Kills a store of a gigabyte at work and prints how long it takes to open.
pub(super) fn run() -> anyhow::Result<()> {
    let killed = open_after_kill()?;
    println!("count store-killed-mib {:.0}", killed["killed-disk-mib"]);
    let took = killed["open-killed-ms"];
    println!("      a store of a gigabyte opens {took:.0} ms after a kill");
    println!("ratio store-open-killed {:.2} goal 1", MOST_OPEN_MS / took);
    Ok(())
}

/// Fills our store with a gigabyte, kills the process in the middle of commits, and opens what it left.
fn open_after_kill() -> anyhow::Result<BTreeMap<String, f64>> {
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
    let opened = command(promised.parse()?, "open").output()?;
    let said = String::from_utf8_lossy(&opened.stderr);
    ensure!(
        opened.status.success(),
        "what was killed does not open: {said}"
    );
    let told = String::from_utf8(opened.stdout)?;
    Ok(told.lines().filter_map(figure_of).collect())
}
