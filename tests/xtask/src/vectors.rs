//! `cargo xtask soak vectors`: every third-party vector, one `count` line a family, out of scope apart.
use std::collections::BTreeMap;
use std::process::Command;

use anyhow::{Context, ensure};

/// Packages that replay vectors, and the tests of each that do.
const REPLAYS: &[(&str, &[&str])] = &[
    ("moneta-script", &["--test", "replay"]),
    ("moneta-consensus", &["--test", "vectors"]),
    ("moneta-ethash", &["--lib"]),
    ("moneta-commitments", &["--lib"]),
];

/// Runs the replays with vectors required, and prints what they count.
pub(crate) fn run(_args: &[String]) -> anyhow::Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut failed = Vec::new();
    let mut families: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (package, tests) in REPLAYS {
        let output = Command::new(&cargo)
            .args(["test", "--quiet", "--package", package])
            .args(*tests)
            .args(["--", "--nocapture", "--test-threads=1"])
            .env("MONETA_REQUIRE_VECTORS", "1")
            .output()
            .context("cargo can't be started")?;
        if !output.status.success() {
            failed.push(*package);
            eprint!("{}", String::from_utf8_lossy(&output.stderr));
        }
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            // A progress dot may stand before what a test prints.
            let line = line.trim_start_matches('.');
            if line.starts_with("count ") || line.starts_with("out-of-scope ") {
                families
                    .entry((*package).to_owned())
                    .or_default()
                    .push(line.to_owned());
            }
        }
    }
    for (package, lines) in families {
        println!("{package}");
        for line in lines {
            println!("  {line}");
        }
    }
    ensure!(failed.is_empty(), "vectors fail in {}", failed.join(", "));
    Ok(())
}
