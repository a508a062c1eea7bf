//! `cargo xtask soak node-crash-images [N]`: power cuts under a whole node, archive and state on one disk.
//!
//! The gate's own tests, with more images: they see into the node, so they live there.
use std::process::Command;

use anyhow::{Context, ensure};

/// Tests that take a number of images: each cuts the power twice for one.
const TESTS: usize = 2;

/// Tries the images and prints their count.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let count: usize = args
        .first()
        .map_or(Ok(20_000), |text| text.parse())
        .context("N is a number of images")?;
    let each = count.div_ceil(2 * TESTS);
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["test", "--quiet", "--release", "-p", "moneta-daemon"])
        .args(["--lib", "a_power_cut_"])
        .env("MONETA_CRASH_IMAGES", each.to_string())
        .status()
        .context("cargo can be started")?;
    ensure!(status.success(), "an image did not pass");
    println!("count node-crash-images {0} of {0}", each * 2 * TESTS);
    Ok(())
}
