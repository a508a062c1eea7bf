//! `cargo xtask soak miners`: simulated miners against the difficulty rule, for several half-lives.
//!
//! It writes the table and the picture that MIP-0008 shows.

mod picture;

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use moneta_testkit::miners::{Verdict, settlings, suite};

/// Half-lives that are compared, in seconds; the second is the chain's own.
const HALF_LIVES: [u32; 4] = [3_600, 7_200, 14_400, 172_800];
const OURS: u32 = 7_200;
const BLOCKS: usize = 50_000;
const SEEDS: u64 = 10;
/// Half-lives after a jump that the picture shows.
const SHOWN: f64 = 8.0;

/// Between these lines the specification has the table.
const MARKS: [&str; 2] = ["<!-- miners:begin -->\n", "<!-- miners:end -->"];

/// Runs the suite with several seeds a half-life, prints a table and a count; our half-life must hold.
pub(crate) fn run(_args: &[String]) -> anyhow::Result<()> {
    let mut table = String::from(
        "| half-life s | goals met | worst block rate | worst share of blocks over share of work | slowest to settle, half-lives |\n|---|---|---|---|---|\n",
    );
    let mut ours = Vec::new();
    for half_life in HALF_LIVES {
        let verdicts: Vec<Verdict> = (1..=SEEDS)
            .flat_map(|seed| suite(half_life, BLOCKS, seed))
            .collect();
        let row = row(half_life, &verdicts);
        println!("{row}");
        table = table + &row + "\n";
        if half_life == OURS {
            ours = verdicts;
        }
    }
    write(&table, &ours)?;
    let missed: Vec<_> = ours.iter().filter(|verdict| !verdict.holds()).collect();
    println!(
        "count miners {} of {}",
        ours.len() - missed.len(),
        ours.len()
    );
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

fn row(half_life: u32, verdicts: &[Verdict]) -> String {
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
    let all = verdicts.len();
    format!("| {half_life} | {met} of {all} | {rate:.3} | {share:.3} | {settle:.2} |")
}

/// Puts the table into the specification and draws the picture beside it.
fn write(table: &str, ours: &[Verdict]) -> anyhow::Result<()> {
    let folder: PathBuf =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../mips/src/mip_0008_seal");
    let readme = folder.join("README.md");
    let text = std::fs::read_to_string(&readme)?;
    let (before, rest) = text
        .split_once(MARKS[0])
        .context("no place for the table")?;
    let (_, after) = rest.split_once(MARKS[1]).context("no end of the table")?;
    let text = [before, MARKS[0], table, MARKS[1], after].concat();
    std::fs::write(&readme, text)?;
    let curves = settlings(OURS, BLOCKS, 1, SHOWN);
    std::fs::write(folder.join("miners.svg"), picture::draw(&curves, ours))?;
    Ok(())
}
