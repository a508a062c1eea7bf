//! `cargo xtask soak miners`: simulated miners against the difficulty rule, for several half-lives.
use anyhow::ensure;
use moneta_testkit::miners::{Verdict, suite};

/// Half-lives that are compared, in seconds; the second is the chain's own.
const HALF_LIVES: [u32; 4] = [3_600, 7_200, 14_400, 172_800];
const OURS: u32 = 7_200;
const BLOCKS: usize = 50_000;
const SEEDS: u64 = 10;

/// Runs the suite with several seeds a half-life, prints a table and a count; our half-life must hold.
pub(crate) fn run(_args: &[String]) -> anyhow::Result<()> {
    println!(
        "| half-life s | goals met | worst block rate | worst share | slowest to settle, half-lives |"
    );
    println!("|---|---|---|---|---|");
    let mut missed = Vec::new();
    for half_life in HALF_LIVES {
        let verdicts: Vec<Verdict> = (1..=SEEDS)
            .flat_map(|seed| suite(half_life, BLOCKS, seed))
            .collect();
        let met = verdicts.iter().filter(|verdict| verdict.holds()).count();
        let of = |word: &'static str| {
            verdicts
                .iter()
                .filter(move |verdict| verdict.name.starts_with(word))
                .map(|verdict| verdict.value)
        };
        let rate = of("block rate")
            .max_by(|a, b| (a - 1.0).abs().total_cmp(&(b - 1.0).abs()))
            .unwrap_or(f64::NAN);
        let share = of("share").fold(0.0, f64::max);
        let settle = of("half-lives").fold(0.0, f64::max);
        println!(
            "| {half_life} | {met} of {} | {rate:.3} | {share:.3} | {settle:.2} |",
            verdicts.len()
        );
        if half_life == OURS {
            missed = verdicts
                .iter()
                .filter(|verdict| !verdict.holds())
                .cloned()
                .collect();
            println!("count miners {met} of {}", verdicts.len());
        }
    }
    for verdict in &missed {
        println!(
            "missed: {} is {:.3}, goal {:?}",
            verdict.name, verdict.value, verdict.goal
        );
    }
    ensure!(
        missed.is_empty(),
        "{} goals missed at a half-life of {OURS} s",
        missed.len()
    );
    Ok(())
}
