//! The table of scenarios against the lists of codes.
use std::collections::BTreeSet;

use crate::scenario::Scenario;
use crate::{block_scenarios, commitments, header_scenarios, transaction_scenarios};

fn all() -> impl Iterator<Item = Scenario> {
    header_scenarios::all()
        .into_iter()
        .chain(block_scenarios::all())
        .chain(commitments::all())
        .chain(transaction_scenarios::all())
}

#[test]
fn every_scenario_is_refused_with_its_code() {
    let mut wrong = Vec::new();
    for scenario in all() {
        let got = (scenario.play)();
        if got != scenario.code {
            wrong.push(format!(
                "{}: expected {}, got {got}",
                scenario.sentence, scenario.code
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_has_a_scenario() {
    let sources = [
        include_str!("../../src/header/error.rs"),
        include_str!("../../src/block/error.rs"),
        include_str!("../../src/transaction/error.rs"),
        include_str!("../../../ethash/src/seal.rs"),
    ];
    let codes: BTreeSet<&str> = sources
        .iter()
        .flat_map(|source| source.split('"').skip(1).step_by(2))
        .filter(|text| {
            let (area, rule) = text.split_once('.').unwrap_or_default();
            !rule.is_empty() && ["header", "block", "tx", "seal"].contains(&area)
        })
        .collect();
    assert!(codes.len() > 35, "only {} codes were found", codes.len());
    let played: BTreeSet<&str> = all().map(|scenario| scenario.code).collect();
    let unplayed: Vec<_> = codes.difference(&played).collect();
    assert!(unplayed.is_empty(), "no scenario ends with {unplayed:?}");
}
