//! `cargo xtask soak script-diff [N] [SEED]`: N spends by our verifier and by Bitcoin Core's.
//!
//! Prints the verdicts that were met, and exits with 1 if one of them was not the oracle's.
// The generator is shared with the tests, which use more of it.
#![allow(
    dead_code,
    unused_imports,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::wildcard_imports,
    clippy::disallowed_types,
    clippy::disallowed_methods
)]

#[path = "../tests/differential/generator/mod.rs"]
mod generator;
#[path = "../tests/differential/oracle.rs"]
mod oracle;

use std::process::ExitCode;

use oracle::Score;

/// Cases between two lines of progress.
const STEP: u64 = 100_000;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default| arguments.next().map_or(Ok(default), |text| text.parse());
    let (Ok(cases), Ok(seed)) = (number(1_000_000), number(1)) else {
        eprintln!("script-diff [N] [SEED]: both are numbers");
        return ExitCode::from(2);
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut score = Score::default();
    let mut start = 0;
    while start < cases {
        let end = cases.min(start + STEP);
        for part in judge(seed, start..end, threads) {
            score.add(part);
        }
        start = end;
        println!(
            "{start} cases, {} inputs, {} differences",
            score.inputs,
            score.differences.len()
        );
        if !score.differences.is_empty() {
            break;
        }
    }
    for (verdict, count) in &score.verdicts {
        println!("verdict {verdict} {count}");
    }
    println!(
        "count script-diff {} of {} (cases {start}, seed {seed})",
        score.alike, score.inputs
    );
    for difference in &score.differences {
        println!("DIFFERENCE {difference}");
    }
    ExitCode::from(u8::from(!score.differences.is_empty()))
}

fn judge(seed: u64, cases: std::ops::Range<u64>, threads: usize) -> Vec<Score> {
    std::thread::scope(|scope| {
        let parts: Vec<_> = (0..threads)
            .map(|thread| {
                let cases = cases.clone().skip(thread).step_by(threads);
                scope.spawn(move || {
                    let mut score = Score::default();
                    for number in cases {
                        score.judge(seed, number);
                    }
                    score
                })
            })
            .collect();
        parts.into_iter().map(|part| part.join().unwrap()).collect()
    })
}

impl Score {
    fn add(&mut self, other: Self) {
        self.alike += other.alike;
        self.inputs += other.inputs;
        for (verdict, count) in other.verdicts {
            *self.verdicts.entry(verdict).or_default() += count;
        }
        self.differences.extend(other.differences);
    }
}
