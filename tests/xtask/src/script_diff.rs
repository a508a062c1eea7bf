//! `cargo xtask soak script-diff [N] [SEED]`: our script verifier against Bitcoin Core's.
use std::process::Command;

use anyhow::{Context, ensure};

/// Builds and runs the example that shares its generator with the crate's own test.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let example = ["run", "--quiet", "--release", "--package", "moneta-script"];
    let status = Command::new(cargo)
        .args(example)
        .args(["--example", "script-diff", "--"])
        .args(args)
        .status()
        .context("cargo can't be started")?;
    ensure!(
        status.success(),
        "the verifiers differ, or one of them could not run"
    );
    Ok(())
}
