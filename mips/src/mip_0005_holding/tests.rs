//! Scenarios of MIP-5: each is also a file in `mips/vectors/mip-0005`.
// Scenarios are tables: long, without logic.
#![allow(clippy::too_many_lines)]

use bitcoin::Txid;
use bitcoin::hashes::Hash;
use moneta_chain::Height;

use super::Enrolment;
use crate::testing::*;
use crate::{
    Asset, AssetId, Change, Effects, Entry, Holder, Holders, IssueAsset, Key, Operation, Record,
    RegistryView, Rights, ScriptDigest,
};

const FUND: AssetId = AssetId([0xf0; 32]);

/// Shares of a fund under acme that only enrolled scripts can receive.
fn fund() -> Asset {
    Asset {
        id: FUND,
        symbol: "FUND".into(),
        holders: Holders::Enrolled,
        powers: Rights::ENROL.union(Rights::MINT),
        ..gold()
    }
}

fn digest(number: u8) -> ScriptDigest {
    ScriptDigest::of(&script(number))
}

fn holders(numbers: &[u8], expiry: u32) -> Vec<Holder> {
    let mut holders: Vec<Holder> = numbers
        .iter()
        .map(|number| Holder {
            script: digest(*number),
            commitment: [0xc5; 32],
            expiry: Height::new(expiry),
        })
        .collect();
    holders.sort_by_key(|holder| holder.script);
    holders
}

fn record(start: u32, expiry: u32) -> Enrolment {
    Enrolment {
        commitment: [0xc4; 32],
        start: Height::new(start),
        expiry: Height::new(expiry),
        enrolled_in: Txid::from_byte_array([0x95; 32]),
    }
}

/// Output `number` of a stage has `script(number)`.
fn enrolled(number: u8, start: u32, expiry: u32) -> Change {
    Change::Record(Box::new(Entry {
        key: Key::Enrolment {
            asset: FUND,
            script: digest(number),
        },
        before: None,
        after: Some(Record::Enrolment(record(start, expiry))),
    }))
}

/// The registrar uses ENROL and gets it back.
fn registrar(operation: Operation) -> Stage {
    Stage::new()
        .knows(fund())
        .knows(gold())
        .spends(Some(rights(FUND, Rights::ENROL)))
        .spends(None)
        .gives(rights(FUND, Rights::ENROL))
        .does(operation)
}

fn enrols(holders: Vec<Holder>) -> Stage {
    registrar(Operation::Enrol {
        asset: FUND,
        holders,
    })
}

fn withdraws(numbers: &[u8]) -> Stage {
    let mut scripts: Vec<ScriptDigest> = numbers.iter().map(|number| digest(*number)).collect();
    scripts.sort_unstable();
    registrar(Operation::Withdraw {
        asset: FUND,
        scripts,
    })
}

/// Spends 100 shares from `script(100)`; nothing is allocated yet.
fn spends_fund() -> Stage {
    Stage::new()
        .knows(fund())
        .spends(Some(units(FUND, 100)))
        .spends(None)
}

pub(crate) fn vectors() -> Vec<Vector> {
    let all = [enrolments(), payments(), refused()];
    all.into_iter().flatten().collect()
}

fn enrolments() -> Vec<Vector> {
    let many: Vec<u8> = (1..=64).collect();
    vec![
        accept(
            "a_script_is_enrolled",
            "it may receive from the next block on",
            enrols(holders(&[1], HERE + 1_000)),
        ),
        accept(
            "sixty_four_scripts_at_once",
            "for the longest time",
            enrols(holders(&many, HERE + 1_051_200)),
        ),
        accept(
            "an_enrolment_is_renewed",
            "its start stays, commitment and end are new",
            enrols(holders(&[1], HERE + 1_000)).after(enrolled(1, HERE - 500, HERE + 1)),
        ),
        accept(
            "an_enrolment_that_is_over_begins_anew",
            "from the next block on",
            enrols(holders(&[1], HERE + 1_000)).after(enrolled(1, HERE - 500, HERE)),
        ),
        accept(
            "a_withdrawal_ends_with_the_next_block",
            "the record keeps what it was",
            withdraws(&[1]).after(enrolled(1, HERE - 500, HERE + 500)),
        ),
        accept(
            "a_withdrawal_drops_what_is_over",
            "the registry forgets it",
            withdraws(&[1]).after(enrolled(1, HERE - 500, HERE)),
        ),
        accept("a_withdrawal_of_nobody", "changes nothing", withdraws(&[1])),
    ]
}

fn payments() -> Vec<Vector> {
    let new = IssueAsset {
        holders: Holders::Enrolled,
        powers: Rights::ENROL,
        ..silver()
    };
    let id = asset_id(0, &new);
    vec![
        accept(
            "an_enrolled_script_is_paid",
            "and change returns to the script it came from",
            spends_fund()
                .after(enrolled(0, HERE, HERE + 1))
                .gives(units(FUND, 60))
                .pays_script(1_000, script(100))
                .allocates(1, units(FUND, 40)),
        ),
        accept(
            "a_holder_without_enrolment_rearranges",
            "two coins of one script become three of the same",
            spends_fund()
                .spends(Some(units(FUND, 5)))
                .spends_from(script(100))
                .pays_script(1_000, script(100))
                .pays_script(1_000, script(100))
                .pays_script(1_000, script(100))
                .allocates(0, units(FUND, 50))
                .allocates(1, units(FUND, 50))
                .allocates(2, units(FUND, 5)),
        ),
        accept(
            "an_asset_for_enrolled_holders_is_issued",
            "its units go to the script that gets ENROL",
            Stage::new()
                .knows_identity(acme())
                .spends(Some(identity(ACME)))
                .spends(None)
                .gives(identity(ACME))
                .pays_script(1_000, script(40))
                .pays_script(1_000, script(40))
                .allocates(1, units(id, 50_000))
                .allocates(2, rights(id, Rights::ENROL))
                .does(issue(&new)),
        ),
        accept(
            "an_asset_whose_right_to_enrol_is_gone",
            "is open to everybody",
            spends_fund()
                .knows(Asset {
                    powers: Rights::MINT,
                    ..fund()
                })
                .gives(units(FUND, 100)),
        ),
        accept(
            "renouncing_enrol_opens_the_asset_at_once",
            "the same transaction pays somebody who is not enrolled",
            spends_fund()
                .spends(Some(rights(FUND, Rights::ENROL)))
                .gives(units(FUND, 100))
                .does(Operation::Renounce {
                    asset: FUND,
                    rights: Rights::ENROL,
                }),
        ),
        accept(
            "open_assets_ask_nobody",
            "enrolment is of one asset",
            Stage::new()
                .knows(gold())
                .spends(Some(units(GOLD, 5)))
                .gives(units(GOLD, 5)),
        ),
    ]
}

fn refused() -> Vec<Vector> {
    let many: Vec<u8> = (1..=65).collect();
    let pays = |change: Option<Change>| {
        let stage = spends_fund().gives(units(FUND, 100));
        change.into_iter().fold(stage, Stage::after)
    };
    vec![
        reject(
            "an_enrolment_for_an_open_asset",
            "mip0005.holders_open",
            "anybody can hold gold",
            Stage::new()
                .knows(Asset {
                    powers: Rights::ENROL,
                    ..gold()
                })
                .spends(Some(rights(GOLD, Rights::ENROL)))
                .gives(rights(GOLD, Rights::ENROL))
                .does(Operation::Enrol {
                    asset: GOLD,
                    holders: holders(&[1], HERE + 10),
                }),
        ),
        reject(
            "an_enrolment_of_nobody",
            "mip0005.count",
            "at least one",
            enrols(vec![]),
        ),
        reject(
            "sixty_five_withdrawals",
            "mip0005.count",
            "at most 64",
            withdraws(&many),
        ),
        reject(
            "an_enrolment_that_is_over",
            "mip0005.expiry",
            "it ends in this block",
            enrols(holders(&[1], HERE)),
        ),
        reject(
            "an_enrolment_for_too_long",
            "mip0005.expiry",
            "two years are the most",
            enrols(holders(&[1], HERE + 1_051_201)),
        ),
        reject(
            "an_enrolment_of_nobody_in_particular",
            "mip0005.commitment_zero",
            "the commitment is zero",
            enrols(vec![Holder {
                commitment: [0; 32],
                ..holders(&[1], HERE + 10)[0]
            }]),
        ),
        reject(
            "an_enrolment_that_does_not_pay",
            "mip0003.price_not_paid",
            "one grain short",
            enrols(holders(&[1, 2], HERE + 43_201)).burning(399),
        ),
        reject(
            "an_enrolment_without_the_right",
            "mip0003.right_missing",
            "no input holds ENROL",
            Stage::new()
                .knows(fund())
                .spends(None)
                .pays(1_000)
                .does(Operation::Enrol {
                    asset: FUND,
                    holders: holders(&[1], HERE + 10),
                }),
        ),
        reject(
            "a_stranger_is_paid",
            "mip0005.not_enrolled",
            "nobody enrolled the script",
            pays(None),
        ),
        reject(
            "enrolled_with_the_next_block",
            "mip0005.not_enrolled",
            "the enrolment stands in this block",
            pays(Some(enrolled(0, HERE + 1, HERE + 10))),
        ),
        reject(
            "an_expired_script_is_paid",
            "mip0005.not_enrolled",
            "expiry is the first height at which it may not",
            pays(Some(enrolled(0, HERE - 10, HERE))),
        ),
        reject(
            "enrolled_and_paid_at_once",
            "mip0005.not_enrolled",
            "an enrolment never changes a verdict of its own block",
            spends_fund()
                .spends(Some(rights(FUND, Rights::ENROL)))
                .gives(units(FUND, 100))
                .gives(rights(FUND, Rights::ENROL))
                .does(Operation::Enrol {
                    asset: FUND,
                    holders: holders(&[0], HERE + 10),
                }),
        ),
        reject(
            "more_than_the_script_gave",
            "mip0005.not_enrolled",
            "two holders join, and one leaves with what was the other's",
            spends_fund()
                .spends(Some(units(FUND, 5)))
                .pays_script(1_000, script(100))
                .pays_script(1_000, script(102))
                .allocates(0, units(FUND, 99))
                .allocates(1, units(FUND, 6)),
        ),
    ]
}

#[test]
fn every_rule_is_quoted_word_for_word() {
    assert_quoted(include_str!("README.md"), include_str!("check.rs"));
}

/// Returns the enrolment of `script(1)` after `stage`.
fn after(stage: &Stage) -> Option<Enrolment> {
    let effects: Effects = stage.check().unwrap();
    let mut registry = stage.registry.clone();
    effects
        .changes
        .iter()
        .for_each(|change| registry.apply(change));
    registry.enrolment(&FUND, &digest(1))
}

#[test]
fn enrolments_begin_and_end_between_blocks() {
    let here = Height::new(HERE);
    let new = after(&enrols(holders(&[1], HERE + 10))).unwrap();
    assert!(!new.holds_at(here) && new.holds_at(here.next()));
    assert!(!new.holds_at(Height::new(HERE + 10)));
    let renewed = enrols(holders(&[1], HERE + 10)).after(enrolled(1, HERE - 5, HERE + 1));
    assert!(after(&renewed).unwrap().holds_at(here));
    let ended = after(&withdraws(&[1]).after(enrolled(1, HERE - 5, HERE + 9))).unwrap();
    assert!(ended.holds_at(here) && !ended.holds_at(here.next()));
    assert_eq!(
        after(&withdraws(&[1]).after(enrolled(1, HERE - 5, HERE))),
        None
    );
}

#[test]
fn enrolling_and_withdrawing_in_one_transaction_lets_nobody_in() {
    let scripts = vec![digest(1)];
    let stage = enrols(holders(&[1], HERE + 10)).does(Operation::Withdraw {
        asset: FUND,
        scripts,
    });
    let left = after(&stage).unwrap();
    assert!((HERE..HERE + 20).all(|height| !left.holds_at(Height::new(height))));
}
