//! `cargo xtask soak network [SEEDS]`: whole nodes on a simulated network, many stories; or one, told line by line.
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::{Context, bail};

/// Stories unless another number is given.
const SEEDS: u64 = 10_000;

pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    match args {
        [flag, seed] if flag == "--seed" => tell(seed.parse().context("SEED is a number")?),
        [] => many(SEEDS),
        [seeds] => many(seeds.parse().context("SEEDS is a number")?),
        _ => bail!("soak network [SEEDS], or soak network --seed SEED"),
    }
}

/// Tells one story.
fn tell(seed: u64) -> anyhow::Result<()> {
    let outcome = moneta_simulation::run_told(seed, &mut |line| println!("{line}"));
    let outcome = outcome.with_context(|| format!("seed {seed}"))?;
    println!(
        "seed {seed}: height {} after {} s, trace {}",
        outcome.height, outcome.seconds, outcome.trace
    );
    Ok(())
}

fn many(total: u64) -> anyhow::Result<()> {
    let began = Instant::now();
    let (next, passed, failed) = (AtomicU64::new(0), AtomicU64::new(0), Mutex::new(Vec::new()));
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(seed) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).filter(|seed| *seed < total)
                {
                    match moneta_simulation::run(seed) {
                        Ok(_) => {
                            passed.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(violation) => {
                            println!("seed {seed}: {violation}");
                            let mut failed = failed.lock().unwrap_or_else(|err| err.into_inner());
                            failed.push(seed);
                        }
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_else(|err| err.into_inner());
    println!("{} stories in {} s", total, began.elapsed().as_secs());
    println!("count network {} of {total}", passed.into_inner());
    if let Some(seed) = failed.first() {
        bail!(
            "{} seeds broke a promise; `cargo xtask soak network --seed {seed}` tells one of them",
            failed.len()
        );
    }
    Ok(())
}
