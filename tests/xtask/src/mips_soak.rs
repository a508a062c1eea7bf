//! `cargo xtask soak mips [SEQUENCES]`: random histories of every MIP operation against the plain model.
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, bail};

/// Sequences unless another number is given.
const SEQUENCES: u64 = 1_000_000;
/// Seeds of the gate's own run are below this: a long run sees others.
const FIRST_SEED: u64 = 1 << 32;

pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let total = match args.first() {
        Some(number) => number.parse().context("SEQUENCES is a number")?,
        None => SEQUENCES,
    };
    let (next, passed) = (AtomicU64::new(0), AtomicU64::new(0));
    let failed: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(number) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < total)
                {
                    let seed = FIRST_SEED + number;
                    match moneta_model::run(seed) {
                        Ok(_) => {
                            passed.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(violation) => {
                            let mut failed = failed.lock().unwrap_or_else(|err| err.into_inner());
                            failed.push(format!("seed {seed}: {violation}"));
                        }
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_else(|err| err.into_inner());
    for violation in failed.iter().take(20) {
        println!("{violation}");
    }
    println!("count mips {} of {total}", passed.into_inner());
    if !failed.is_empty() {
        bail!("{} sequences broke a promise", failed.len());
    }
    Ok(())
}
