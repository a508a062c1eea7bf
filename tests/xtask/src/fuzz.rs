//! `cargo xtask soak fuzz [TARGET] [--seconds N]`: random inputs on the stable toolchain, overflow checks on.
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail, ensure};

/// Seconds of a run that says nothing else.
const AN_HOUR: u64 = 3_600;

/// Runs one target, or all in turn, for the time there is; every run from another seed, which it prints.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let (target, seconds) = match args {
        [] => (None, AN_HOUR),
        [flag, seconds] if flag == "--seconds" => (None, seconds.parse()?),
        [target] => (Some(target), AN_HOUR),
        [target, flag, seconds] if flag == "--seconds" => (Some(target), seconds.parse()?),
        _ => bail!("soak fuzz [TARGET] [--seconds N]"),
    };
    let names = names()?;
    let share = match target {
        Some(_) => seconds,
        None => seconds.div_ceil(names.max(1)),
    };
    let seed = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    println!("{share} s a target, seed {seed}");
    let status = targets()
        .args(["--", &share.to_string(), &seed.to_string()])
        .args(target)
        .status()
        .context("cargo can't be started")?;
    ensure!(status.success(), "a target panicked, or is not there");
    Ok(())
}

/// Counts the targets: their entries for cargo-fuzz.
fn names() -> anyhow::Result<u64> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/fuzz_targets");
    let entries = std::fs::read_dir(folder).context("the folder of targets")?;
    Ok(entries.count() as u64)
}

fn targets() -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--package", "moneta-fuzz-targets"]);
    command
}
