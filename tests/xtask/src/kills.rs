//! `cargo xtask soak kills [N]`: kill -9 at work, N times; and a busy sandbox once for each ten of them.
use std::collections::BTreeMap;
use std::process::Command;

use anyhow::{Context, ensure};
use moneta_kills::{Kind, Report, kill};
use moneta_testkit::sandbox::kill_and_restart;

/// Runs the series and prints its counts by kind.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let kills = args
        .first()
        .map_or(Ok(1_000), |text| text.parse())
        .context("N is a number of kills")?;
    let program = std::env::current_exe()?;
    let runtime = tokio::runtime::Runtime::new()?;
    // The gate draws from another seed. The command does as it is told by its environment.
    let reports = runtime.block_on(kill(kills, 0x6d6f_6e65_7461, || Command::new(&program)))?;
    let lost = print(&reports);
    let sandboxes = u32::try_from(kills.div_ceil(10))?;
    kill_sandboxes(sandboxes)?;
    ensure!(!lost, "a kill left what it should not");
    Ok(())
}

/// Prints what each kind showed; tells whether anything was wrong.
fn print(reports: &BTreeMap<Kind, Report>) -> bool {
    for (kind, report) in reports {
        let whole = report.kills - report.failures.len();
        println!(
            "count kills-{} {whole} of {} ({} before the work was done, {} blocks acknowledged)",
            kind.name(),
            report.kills,
            report.in_time,
            report.acknowledged
        );
        for (number, failure) in &report.failures {
            println!("kill {number}: {failure}");
        }
    }
    reports.values().any(|report| !report.failures.is_empty())
}

fn kill_sandboxes(kills: u32) -> anyhow::Result<()> {
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
    println!("count kills-sandbox {} of {}", report.whole, report.kills);
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
