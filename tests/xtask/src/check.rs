//! `cargo xtask check`: what a change must pass, in the order in which it fails fastest.
use std::process::Command;

use anyhow::{Context, ensure};

const STEPS: &[&[&str]] = &[
    &["fmt", "--all", "--check"],
    &[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ],
    &["test", "--workspace"],
    &["doc", "--workspace", "--no-deps"],
];

/// Runs every step and stops at the first that fails.
pub(crate) fn run(_args: &[String]) -> anyhow::Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    for step in STEPS {
        println!("== cargo {}", step.join(" "));
        let mut command = Command::new(&cargo);
        command.args(*step);
        if step[0] == "doc" {
            command.env("RUSTDOCFLAGS", "-D warnings");
        }
        let status = command.status().context("cargo can't be started")?;
        ensure!(status.success(), "`cargo {}` failed", step.join(" "));
    }
    Ok(())
}
