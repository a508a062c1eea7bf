//! `cargo xtask soak kills [N]`: kill -9 a busy sandbox N times.
use std::process::Command;

use anyhow::{Context, ensure};
use moneta_testkit::sandbox::kill_and_restart;

/// Runs the series and prints its count.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let kills = args
        .first()
        .map_or(Ok(50), |text| text.parse())
        .context("N is a number of kills")?;
    // What lies in the target folder may be of yesterday.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--bin", "moneta"])
        .status();
    ensure!(
        built.is_ok_and(|status| status.success()),
        "moneta can't be built"
    );
    let report = kill_and_restart(kills, 0x6d6f_6e65_7461);
    println!("count kills {} of {}", report.whole, report.kills);
    println!(
        "count acknowledged-writes {} of {}",
        report.acknowledged - report.lost,
        report.acknowledged
    );
    ensure!(
        report.whole == report.kills && report.lost == 0,
        "data was lost"
    );
    Ok(())
}
