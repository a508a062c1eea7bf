//! Runs targets for some seconds each: `moneta-fuzz-targets SECONDS SEED [TARGET]`. An input that makes one panic
//! is written to `tests/fuzz/artifacts/TARGET/`, as cargo-fuzz does, and can be given back as a file.
#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use moneta_fuzz_targets::{Mutator, TARGETS, Target};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (Some(Ok(seconds)), Some(Ok(seed))) = (
        arguments.first().map(|text| text.parse()),
        arguments.get(1).map(|text| text.parse()),
    ) else {
        eprintln!("usage: moneta-fuzz-targets SECONDS SEED [TARGET [FILE]]");
        return ExitCode::from(2);
    };
    let named = |target: &&Target| arguments.get(2).is_none_or(|name| name == target.name);
    let targets: Vec<&Target> = TARGETS.iter().filter(named).collect();
    if targets.is_empty() {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        eprintln!("no such target; there are {}", names.join(", "));
        return ExitCode::from(2);
    }
    if let Some(file) = arguments.get(3) {
        match std::fs::read(file) {
            Ok(input) => (targets[0].run)(&input),
            Err(error) => eprintln!("{file}: {error}"),
        }
        return ExitCode::SUCCESS;
    }
    let findings: u32 = targets
        .iter()
        .map(|target| u32::from(!holds(target, Duration::from_secs(seconds), seed)))
        .sum();
    println!(
        "count fuzz {} of {}",
        targets.len() - findings as usize,
        targets.len()
    );
    if findings == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Runs a target until its time is up or it panics; tells which.
fn holds(target: &Target, time: Duration, seed: u64) -> bool {
    let mut mutator = Mutator::new((target.seeds)(), seed);
    let start = Instant::now();
    let mut inputs = 0_u64;
    while start.elapsed() < time {
        let input = mutator.next();
        inputs += 1;
        if catch_unwind(AssertUnwindSafe(|| (target.run)(input))).is_err() {
            let place = keep(target.name, input);
            println!(
                "{}: a panic after {inputs} inputs: {}",
                target.name,
                place.display()
            );
            return false;
        }
    }
    println!("{}: {inputs} inputs, no panic", target.name);
    true
}

fn keep(target: &str, input: &[u8]) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz/artifacts")
        .join(target);
    let place = folder.join("panic.bin");
    let kept = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&place, input));
    if let Err(error) = kept {
        eprintln!("the input can't be kept: {error}");
    }
    place
}
