//! Judges random and mutated spends by our verifier and by Bitcoin Core's: no difference is allowed.
//!
//! `cargo xtask soak script-diff N` runs the same series for as long as one likes.
// Tests may stop where they stand.
#![allow(clippy::unwrap_used, clippy::wildcard_imports)]

mod generator;
mod oracle;
mod policy;

use generator::{Case, budget_edge};
use oracle::Score;

const SEED: u64 = 0x6d6f_6e65_7461;
const CASES: u64 = 20_000;

#[test]
fn twenty_thousand_spends_are_judged_as_bitcoin_core_judges_them() {
    let mut score = Score::default();
    for number in 0..CASES {
        score.judge(SEED, number);
    }
    println!("count script-diff {} of {}", score.alike, score.inputs);
    assert!(
        score.differences.is_empty(),
        "{}",
        score.differences.join("\n")
    );
    // A series that is all alike because it is all broken would say nothing.
    let valid = score.verdicts.get("valid").copied().unwrap_or_default();
    assert!(
        valid * 3 > score.inputs,
        "only {valid} of {} are valid",
        score.inputs
    );
    assert!(score.verdicts.len() > 25, "{:?}", score.verdicts);
}

#[test]
fn the_budget_of_a_tapscript_ends_where_bitcoin_core_ends_it() {
    let mut score = Score::default();
    for padding in 40..180 {
        let case = Case::of_lock(budget_edge(6, padding));
        score.judge_case(&case, &format!("padding {padding}"));
    }
    assert!(
        score.differences.is_empty(),
        "{}",
        score.differences.join("\n")
    );
    let met: Vec<_> = score.verdicts.keys().copied().collect();
    assert_eq!(met, ["script.tapscript_validation_weight", "valid"]);
}
