//! `cargo xtask soak store-faults`: disks that refuse, under a whole sandbox. Needs strace, and root for the full disk.
use std::process::Command;

use anyhow::ensure;
use moneta_testkit::sandbox::{FAULTS, survive, survive_full_disk};

/// Tries every fault and prints how many were survived.
pub(crate) fn run(_args: &[String]) -> anyhow::Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--bin", "moneta"])
        .status();
    ensure!(
        built.is_ok_and(|status| status.success()),
        "moneta can't be built"
    );
    ensure!(
        Command::new("strace").arg("-V").output().is_ok(),
        "strace is needed: apt-get install strace"
    );
    let mut survived = 0;
    for fault in FAULTS {
        survived += tell(fault.about, survive(fault));
    }
    survived += tell("the disk is full", survive_full_disk());
    let tried = FAULTS.len() + 1;
    println!("count store-faults {survived} of {tried}");
    ensure!(survived == tried, "a fault was not survived");
    Ok(())
}

fn tell(about: &str, outcome: Result<(), String>) -> usize {
    match outcome {
        Ok(()) => {
            println!("survived: {about}");
            1
        }
        Err(why) => {
            println!("NOT survived: {about}: {why}");
            0
        }
    }
}
