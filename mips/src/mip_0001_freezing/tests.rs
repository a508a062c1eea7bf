//! Scenarios of MIP-1: each is also a file in `mips/vectors/mip-0001`.
// Scenarios are tables: long, without logic.
#![allow(clippy::too_many_lines)]

use bitcoin::OutPoint;
use moneta_chain::Height;

use super::{EMERGENCY_EVERY, MAX_EMERGENCY_BLOCKS, MAX_ORDER_BLOCKS};
use crate::testing::*;
use crate::{Change, Freeze, FreezeRecord, Operation, Rights, Tier};

/// Spends the coin with `held` rights over GOLD, gives the rights back, and does `operation`.
pub(super) fn using(held: Rights, operation: Operation) -> Stage {
    Stage::new()
        .knows(gold())
        .spends(Some(rights(GOLD, held)))
        .spends(None)
        .gives(rights(GOLD, held))
        .pays(100_000_000)
        .does(operation)
}

pub(super) fn freezes(freeze: Freeze) -> Stage {
    using(freeze.tier.rights(), Operation::Freeze(freeze))
}

pub(super) fn unfreezes(targets: &[OutPoint]) -> Stage {
    let (asset, targets) = (GOLD, targets.to_vec().into());
    using(Rights::FREEZE, Operation::Unfreeze { asset, targets })
}

/// Sends 12.500 g of GOLD out of 100.000 g; the coin is `outpoint(1)`.
pub(super) fn sends() -> Stage {
    Stage::new()
        .knows(gold())
        .spends(Some(units(GOLD, 100_000)))
        .spends(None)
        .gives(units(GOLD, 12_500))
        .gives(units(GOLD, 87_500))
        .pays(100_000_000)
}

pub(super) fn target() -> OutPoint {
    outpoint(50)
}

/// Names the target in an Unfreeze with these rights.
fn drops(held: Rights) -> Stage {
    let (asset, targets) = (GOLD, vec![target()].into());
    using(held, Operation::Unfreeze { asset, targets })
}

fn dropping() -> Vec<Vector> {
    vec![
        accept(
            "anybody_drops_what_is_over",
            "a record that means nothing any more takes no right",
            drops(Rights::MINT).knows_freeze(
                GOLD,
                target(),
                record(HERE - EMERGENCY_EVERY, HERE - 30_000),
            ),
        ),
        accept(
            "anybody_names_what_is_not_frozen",
            "valid, and does nothing: what dropped the record may stand before it in the block",
            drops(Rights::MINT),
        ),
        accept(
            "without_freeze_a_freeze_of_this_block_is_left_alone",
            "it began after the Unfreeze was signed, on what was over or not there",
            drops(Rights::MINT).knows_freeze(GOLD, target(), record(HERE, HERE + 10)),
        ),
    ]
}

fn again(earlier: FreezeRecord, freeze: Freeze) -> Stage {
    freezes(freeze).knows_freeze(GOLD, target(), earlier)
}

fn until(stop: u32, freeze: Freeze) -> Freeze {
    let stop = Height::new(stop);
    Freeze { stop, ..freeze }
}

pub(crate) fn vectors() -> Vec<Vector> {
    [
        freezing(),
        freezing_again(),
        lifting(),
        dropping(),
        spending(),
        refusals(),
        super::scopes::vectors(),
        super::seizing::vectors(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn freezing() -> Vec<Vector> {
    let many: Vec<_> = (3..=66).map(outpoint).collect();
    vec![
        accept(
            "emergency_freezes_a_coin",
            "FREEZE alone freezes a coin for ten blocks",
            freezes(freeze(&[target()])),
        ),
        accept(
            "emergency_of_the_longest_kind",
            "10,080 blocks are allowed",
            freezes(until(HERE + MAX_EMERGENCY_BLOCKS, freeze(&[target()]))),
        ),
        accept(
            "order_freezes_a_coin",
            "FREEZE and COMPLIANCE with a document freeze a coin for long",
            freezes(order(&[target()])),
        ),
        accept(
            "order_of_the_longest_kind",
            "525,600 blocks are allowed",
            freezes(until(HERE + MAX_ORDER_BLOCKS, order(&[target()]))),
        ),
        accept(
            "sixty_four_coins_at_once",
            "64 targets are allowed",
            freezes(freeze(&many[1..])).does(Operation::Freeze(freeze(&many))),
        ),
    ]
}

fn freezing_again() -> Vec<Vector> {
    vec![
        accept(
            "freezing_twice_changes_nothing",
            "the same freeze again is valid and does nothing (Ravencoin #628)",
            again(record(HERE - 5, HERE + 10), freeze(&[target()])),
        ),
        accept(
            "a_shorter_freeze_does_not_shorten",
            "a freeze that ends earlier than the one that holds changes nothing",
            again(
                record(HERE - 5, HERE + 100),
                until(HERE + 1, freeze(&[target()])),
            ),
        ),
        accept(
            "emergency_extends_up_to_its_limit",
            "10,080 blocks count from the first freeze: what goes beyond is cut",
            again(
                record(HERE - 5, HERE + 10),
                until(HERE + MAX_EMERGENCY_BLOCKS, freeze(&[target()])),
            ),
        ),
        accept(
            "emergency_leaves_an_order_alone",
            "an EMERGENCY over an ORDER that holds changes nothing",
            again(
                order_record(HERE - 5, HERE + 2),
                until(HERE + 500, freeze(&[target()])),
            ),
        ),
        accept(
            "order_takes_the_place_of_an_emergency",
            "an ORDER over an EMERGENCY that holds takes over, from the same start",
            again(record(HERE - 5, HERE + 10), order(&[target()])),
        ),
        accept(
            "order_takes_over_without_shortening",
            "an ORDER that ends earlier keeps the later end",
            again(
                record(HERE - 5, HERE + 10),
                until(HERE + 1, order(&[target()])),
            ),
        ),
        accept(
            "order_is_renewed",
            "an ORDER over an ORDER that holds lasts to the later end",
            again(order_record(HERE - 500_000, HERE + 1), order(&[target()])),
        ),
        accept(
            "emergency_again_after_it_lapsed",
            "within 10,080 blocks of the first freeze, a lapsed one can be repeated up to that height",
            again(
                record(HERE - 100, HERE - 50),
                until(HERE + MAX_EMERGENCY_BLOCKS, freeze(&[target()])),
            ),
        ),
        reject(
            "emergency_again_after_its_time_is_used",
            "mip0001.emergency_used",
            "10,080 blocks after the first freeze, FREEZE alone can't freeze the coin again",
            again(
                record(HERE - MAX_EMERGENCY_BLOCKS, HERE - 50),
                freeze(&[target()]),
            ),
        ),
        accept(
            "order_after_emergency_time_is_used",
            "an ORDER can, and counts from now",
            again(
                record(HERE - MAX_EMERGENCY_BLOCKS, HERE - 50),
                order(&[target()]),
            ),
        ),
    ]
}

fn lifting() -> Vec<Vector> {
    vec![
        accept(
            "unfreeze_ends_with_the_next_block",
            "the record's stop becomes the next height",
            unfreezes(&[target()]).knows_freeze(GOLD, target(), record(HERE - 5, HERE + 10)),
        ),
        accept(
            "unfreeze_of_a_free_coin_does_nothing",
            "no record, or a lapsed one, stays as it is",
            unfreezes(&[target(), outpoint(51)]).knows_freeze(
                GOLD,
                outpoint(51),
                record(HERE - 5, HERE),
            ),
        ),
        accept(
            "freeze_and_unfreeze_at_once",
            "operations act in order: the coin is frozen for this block only",
            freezes(freeze(&[target()])).does(Operation::Unfreeze {
                asset: GOLD,
                targets: vec![target()].into(),
            }),
        ),
    ]
}

fn spending() -> Vec<Vector> {
    let frozen = |record| sends().knows_freeze(GOLD, outpoint(1), record);
    let plain = Stage::new()
        .knows(gold())
        .knows_freeze(GOLD, outpoint(1), record(HERE - 5, HERE + 10))
        .frozen_here(GOLD, outpoint(1))
        .spends(None)
        .pays(100_000_000);
    vec![
        reject(
            "a_frozen_coin_does_not_move",
            "mip0001.coin_frozen",
            "one block before its stop height a coin is still frozen",
            frozen(record(HERE - 5, HERE + 1)),
        ),
        accept(
            "at_its_stop_height_a_coin_moves",
            "the freeze has lapsed; its record is dropped with the coin",
            frozen(record(HERE - 5, HERE)),
        ),
        reject(
            "a_freeze_wins_in_its_block",
            "mip0001.coin_frozen",
            "another transaction of the block freezes the coin, before or after",
            sends().frozen_here(GOLD, outpoint(1)),
        ),
        reject(
            "a_transaction_can_not_spend_what_it_freezes",
            "mip0001.coin_frozen",
            "its own freeze counts too",
            sends()
                .spends(Some(rights(GOLD, Rights::FREEZE)))
                .gives(units(GOLD, 0))
                .does(Operation::Freeze(freeze(&[outpoint(1)]))),
        ),
        reject(
            "a_frozen_coin_is_named_before_a_missing_envelope",
            "mip0001.coin_frozen",
            "a spend without envelope says first that the coin is frozen",
            Stage::new()
                .knows(gold())
                .knows_freeze(GOLD, outpoint(1), record(HERE - 5, HERE + 10))
                .spends(Some(units(GOLD, 1)))
                .pays(500),
        ),
        accept(
            "the_native_coin_is_never_frozen",
            "a plain coin that a freeze names moves freely",
            plain,
        ),
        accept(
            "a_freeze_is_of_one_asset",
            "a coin of another asset at the named outpoint moves freely",
            Stage::new()
                .knows(gold())
                .knows(shares())
                .knows_freeze(GOLD, outpoint(1), record(HERE - 5, HERE + 10))
                .spends(Some(units(SHARES, 9)))
                .gives(units(SHARES, 9)),
        ),
        accept(
            "a_role_coin_is_never_frozen",
            "a coin with rights over the asset moves although a freeze names it",
            Stage::new()
                .knows(gold())
                .knows_freeze(GOLD, outpoint(1), record(HERE - 5, HERE + 10))
                .spends(Some(rights(GOLD, Rights::FREEZE)))
                .gives(rights(GOLD, Rights::FREEZE)),
        ),
    ]
}

fn refusals() -> Vec<Vector> {
    let too_many: Vec<_> = (1..=65).map(outpoint).collect();
    vec![
        reject(
            "no_coin_to_freeze",
            "mip0001.target_count",
            "a freeze of nothing",
            freezes(freeze(&[])),
        ),
        reject(
            "sixty_five_coins_to_freeze",
            "mip0001.target_count",
            "one coin too many",
            freezes(freeze(&too_many)),
        ),
        reject(
            "no_coin_to_unfreeze",
            "mip0001.target_count",
            "an unfreeze of nothing",
            unfreezes(&[]),
        ),
        reject(
            "a_freeze_that_is_over",
            "mip0001.stop_passed",
            "the stop height is the block's own",
            freezes(until(HERE, freeze(&[target()]))),
        ),
        reject(
            "an_emergency_too_long",
            "mip0001.stop_too_far",
            "10,081 blocks",
            freezes(until(HERE + MAX_EMERGENCY_BLOCKS + 1, freeze(&[target()]))),
        ),
        reject(
            "an_order_too_long",
            "mip0001.stop_too_far",
            "525,601 blocks",
            freezes(until(HERE + MAX_ORDER_BLOCKS + 1, order(&[target()]))),
        ),
        reject(
            "a_jurisdiction_in_small_letters",
            "mip0001.jurisdiction_malformed",
            "`ch` is no code",
            freezes(Freeze {
                jurisdiction: *b"ch",
                ..freeze(&[target()])
            }),
        ),
        reject(
            "an_order_without_document",
            "mip0001.document_missing",
            "the document hash is all zero",
            freezes(Freeze {
                document: [0; 32],
                ..order(&[target()])
            }),
        ),
        reject(
            "an_order_under_freeze_alone",
            "mip0003.right_missing",
            "COMPLIANCE is not among the inputs",
            using(Rights::FREEZE, Operation::Freeze(order(&[target()]))),
        ),
        reject(
            "a_freeze_without_the_right",
            "mip0003.right_missing",
            "MINT is not FREEZE",
            using(Rights::MINT, Operation::Freeze(freeze(&[target()]))),
        ),
        reject(
            "an_unfreeze_without_the_right",
            "mip0003.right_missing",
            "COMPLIANCE alone lifts nothing",
            drops(Rights::COMPLIANCE).knows_freeze(GOLD, target(), record(HERE - 5, HERE + 10)),
        ),
        reject(
            "what_has_lapsed_is_not_over",
            "mip0003.right_missing",
            "for four weeks from its start the record bounds EMERGENCY: only FREEZE may touch it",
            drops(Rights::COMPLIANCE).knows_freeze(
                GOLD,
                target(),
                record(HERE - EMERGENCY_EVERY + 1, HERE - 30_000),
            ),
        ),
        reject(
            "a_freeze_that_does_not_pay",
            "mip0003.price_not_paid",
            "days times coins must be burned",
            freezes(order(&[target()])).burning(6_999),
        ),
    ]
}

#[test]
fn every_rule_is_quoted_word_for_word() {
    for code in [
        include_str!("check.rs"),
        include_str!("contest.rs"),
        include_str!("redemption.rs"),
        include_str!("seizure.rs"),
    ] {
        assert_quoted(include_str!("README.md"), code);
    }
}

/// The record that the only change of `stage` leaves.
fn record_after(stage: &Stage) -> FreezeRecord {
    let effects = stage.check().expect("valid");
    match &effects.changes[..] {
        [
            Change::Freeze {
                after: Some(after), ..
            },
        ] => after.clone(),
        changes => panic!("{changes:?}"),
    }
}

#[test]
fn double_freeze_is_a_no_op_and_a_block_with_both_is_valid() {
    let first = freezes(freeze(&[target()]));
    let change = first.check().unwrap().changes.remove(0);
    let mut second = freezes(freeze(&[target()])).frozen_here(GOLD, target());
    second.registry.apply(&change);
    assert_eq!(second.check().unwrap().changes, vec![]);
}

#[test]
fn freeze_alone_can_not_hold_a_coin_longer_than_a_week_by_lifting_and_freezing_again() {
    let start = HERE;
    let mut registry = None;
    let mut last_frozen = 0;
    // Every second block: lift, freeze again, for two weeks.
    for height in start..start + 2 * MAX_EMERGENCY_BLOCKS {
        let stage = match height % 2 {
            0 => freezes(until(height + 5_000, freeze(&[target()]))),
            _ => unfreezes(&[target()]),
        };
        let mut stage = stage.at(height);
        stage.registry = registry.unwrap_or(stage.registry);
        if let Ok(effects) = stage.check() {
            for change in &effects.changes {
                stage.registry.apply(change);
            }
            // The block-wide set holds the target whenever a freeze is valid.
            if height % 2 == 0 {
                last_frozen = height;
            }
        }
        let held = stage
            .registry
            .freezes()
            .any(|(_, _, record)| record.holds_at(stage.height));
        if held {
            last_frozen = height;
        }
        registry = Some(stage.registry);
    }
    assert!(last_frozen < start + MAX_EMERGENCY_BLOCKS, "{last_frozen}");
}

#[test]
fn a_valid_freeze_holds_in_its_own_block() {
    let earlier = [
        record(HERE - 5, HERE - 1),
        record(HERE - 5, HERE + 1),
        record(HERE - MAX_EMERGENCY_BLOCKS + 1, HERE - 1),
        order_record(HERE - 400_000, HERE + 1),
    ];
    for earlier in earlier {
        for freeze in [freeze(&[target()]), order(&[target()])] {
            let stage = again(earlier.clone(), freeze);
            let after = match stage.check().expect("valid").changes.is_empty() {
                true => earlier.clone(),
                false => record_after(&stage),
            };
            assert!(after.holds_at(stage.height), "{earlier:?} -> {after:?}");
            assert!(after.stop >= earlier.stop);
        }
    }
}

#[test]
fn the_refusal_of_a_frozen_coin_says_which_why_and_until_when() {
    let stop = HERE + 10;
    let stage = sends().knows_freeze(GOLD, outpoint(1), record(HERE - 5, stop));
    let error = stage.check().unwrap_err();
    let text = error.to_string();
    assert_eq!(error.code(), "mip0001.coin_frozen");
    for part in [outpoint(1).to_string(), GOLD.to_string(), stop.to_string()] {
        assert!(text.contains(&part), "{text}");
    }
    assert!(text.contains("theft report"), "{text}");
}

#[test]
fn an_order_upgrade_keeps_the_first_start() {
    let after = record_after(&again(record(HERE - 5, HERE + 10), order(&[target()])));
    assert_eq!(after.tier, Tier::Order);
    assert_eq!(after.start, Height::new(HERE - 5));
}
