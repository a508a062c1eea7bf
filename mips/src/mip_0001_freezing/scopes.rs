//! Scenarios of MIP-1 about freezes of scripts and of whole assets, contests, and the way home.
// Scenarios are tables: long, without logic.
#![allow(clippy::too_many_lines)]

use bitcoin::OutPoint;
use moneta_chain::Height;

use super::tests::{freezes, sends, target, unfreezes, using};
use super::{CONTEST_BLOCKS, EMERGENCY_EVERY, MAX_EMERGENCY_BLOCKS, Target};
use crate::testing::*;
use crate::{
    Change, Entry, Freeze, FreezeRecord, Key, Operation, Record, Redemption, RegistryView, Rights,
    ScriptDigest, Targets,
};

const ALL: Target = Target::All { asset: GOLD };

/// The script of the coin that a stage spends first.
fn sender() -> ScriptDigest {
    ScriptDigest::of(&script(100))
}

fn home() -> ScriptDigest {
    ScriptDigest::of(&script(0))
}

fn of_script(script: ScriptDigest) -> Target {
    Target::Script {
        asset: GOLD,
        script,
    }
}

fn scripts(list: &[ScriptDigest]) -> Targets {
    Targets::Scripts(list.to_vec()).sorted()
}

fn freeze_of(targets: Targets) -> Freeze {
    Freeze {
        targets,
        ..freeze(&[])
    }
}

fn order_of(targets: Targets) -> Freeze {
    Freeze {
        targets,
        ..order(&[])
    }
}

fn lifts(held: Rights, targets: Targets) -> Stage {
    let asset = GOLD;
    using(held, Operation::Unfreeze { asset, targets })
}

fn contests(targets: Targets) -> Stage {
    let operation = Operation::Contest {
        asset: GOLD,
        targets,
        statement: [0x57; 32],
    };
    Stage::new()
        .knows(gold())
        .spends(None)
        .pays(1_000)
        .does(operation)
}

fn contested(record: FreezeRecord, at: u32) -> FreezeRecord {
    let contested = Some(Height::new(at));
    FreezeRecord {
        contested,
        ..record
    }
}

fn redeems_to(script: ScriptDigest, since: u32) -> Change {
    Change::Record(Box::new(Entry {
        key: Key::Redemption(GOLD),
        before: None,
        after: Some(Record::Redemption(Redemption {
            script,
            since: Height::new(since),
        })),
    }))
}

/// Sends a frozen coin whole to the n-th script.
fn goes_to(number: u8) -> Stage {
    Stage::new()
        .knows(gold())
        .knows_freeze(GOLD, outpoint(1), order_record(HERE - 5, HERE + 10))
        .spends(Some(units(GOLD, 100_000)))
        .spends(None)
        .pays_script(1_000, script(number))
        .allocates(0, units(GOLD, 100_000))
}

pub(super) fn vectors() -> Vec<Vector> {
    let lists = [wider(), stopped(), orders(), contest(), going_home()];
    lists.into_iter().flatten().collect()
}

fn wider() -> Vec<Vector> {
    let many: Vec<ScriptDigest> = (0..65_u8).map(|n| ScriptDigest::of(&script(n))).collect();
    vec![
        accept(
            "a_script_is_frozen",
            "every coin of the script, those to come included",
            freezes(freeze_of(scripts(&[sender()]))),
        ),
        accept(
            "sixty_four_scripts_by_order",
            "64 targets are allowed",
            freezes(order_of(scripts(&many[1..]))),
        ),
        reject(
            "sixty_five_scripts_to_freeze",
            "mip0001.target_count",
            "one script too many",
            freezes(freeze_of(scripts(&many))),
        ),
        accept(
            "an_asset_is_paused",
            "a freeze of the whole asset, by FREEZE alone",
            freezes(freeze_of(Targets::All)),
        ),
        accept(
            "pausing_twice_changes_nothing",
            "the same pause again is valid and does nothing: it halts no template (Ravencoin #628)",
            freezes(freeze_of(Targets::All)).knows_freeze_on(ALL, record(HERE - 5, HERE + 10)),
        ),
        reject(
            "another_pause_too_soon",
            "mip0001.emergency_used",
            "one pause in 40,320 blocks",
            freezes(freeze_of(Targets::All))
                .knows_freeze_on(ALL, record(HERE - EMERGENCY_EVERY + 1, HERE - 9_000)),
        ),
        accept(
            "another_pause_after_four_weeks",
            "40,320 blocks after the start of the last one, FREEZE alone can pause again",
            freezes(freeze_of(Targets::All))
                .knows_freeze_on(ALL, record(HERE - EMERGENCY_EVERY, HERE - 9_000)),
        ),
        accept(
            "a_pause_is_lifted",
            "units move again with the next block",
            lifts(Rights::FREEZE, Targets::All).knows_freeze_on(ALL, record(HERE - 5, HERE + 10)),
        ),
        accept(
            "an_unfreeze_drops_what_is_over",
            "four weeks after its start the record of a lapsed freeze goes",
            lifts(Rights::FREEZE, scripts(&[sender()])).knows_freeze_on(
                of_script(sender()),
                record(HERE - EMERGENCY_EVERY, HERE - 9_000),
            ),
        ),
    ]
}

fn stopped() -> Vec<Vector> {
    vec![
        reject(
            "a_coin_of_a_frozen_script_does_not_move",
            "mip0001.coin_frozen",
            "the freeze names the script of the input",
            sends().knows_freeze_on(of_script(sender()), record(HERE - 5, HERE + 1)),
        ),
        accept(
            "a_coin_of_another_script_moves",
            "the freeze names somebody else",
            sends().knows_freeze_on(of_script(home()), record(HERE - 5, HERE + 1)),
        ),
        accept(
            "a_frozen_script_receives",
            "a freeze is of what leaves: the units that arrive are frozen with the rest",
            sends().knows_freeze_on(
                of_script(ScriptDigest::of(&script(1))),
                record(HERE - 5, HERE + 1),
            ),
        ),
        accept(
            "a_frozen_script_spends_its_native_coin",
            "only coins with units of the asset are stopped",
            Stage::new()
                .knows(gold())
                .knows_freeze_on(of_script(sender()), record(HERE - 5, HERE + 1))
                .spends(None)
                .pays(1_000),
        ),
        reject(
            "no_coin_of_a_paused_asset_moves",
            "mip0001.coin_frozen",
            "a pause stops every coin with units",
            sends().knows_freeze_on(ALL, record(HERE - 5, HERE + 1)),
        ),
        accept(
            "at_its_stop_height_a_pause_is_over",
            "it ends by itself",
            sends().knows_freeze_on(ALL, record(HERE - 5, HERE)),
        ),
        accept(
            "rights_work_under_a_pause",
            "coins with rights are never frozen",
            unfreezes(&[target()]).knows_freeze_on(ALL, record(HERE - 5, HERE + 10)),
        ),
        reject(
            "a_pause_wins_in_its_block",
            "mip0001.coin_frozen",
            "another transaction of the block pauses the asset, before or after",
            sends().frozen_in(ALL),
        ),
        reject(
            "a_freeze_of_a_script_wins_in_its_block",
            "mip0001.coin_frozen",
            "another transaction of the block freezes the script, before or after",
            sends().frozen_in(of_script(sender())),
        ),
    ]
}

fn orders() -> Vec<Vector> {
    let ordered = order_record(HERE - 5, HERE + 100);
    let mut without = gold();
    without.powers = without.powers.without(Rights::COMPLIANCE);
    let nobody = lifts(Rights::FREEZE, vec![target()].into())
        .knows(without)
        .knows_freeze(GOLD, target(), ordered.clone());
    vec![
        reject(
            "an_order_lifted_by_freeze_alone",
            "mip0001.order_stands",
            "two rights made it, two rights lift it",
            unfreezes(&[target()]).knows_freeze(GOLD, target(), ordered.clone()),
        ),
        accept(
            "an_order_is_lifted",
            "FREEZE and COMPLIANCE are held",
            lifts(
                Rights::FREEZE.union(Rights::COMPLIANCE),
                vec![target()].into(),
            )
            .knows_freeze(GOLD, target(), ordered),
        ),
        accept(
            "a_lapsed_order_is_named_by_freeze_alone",
            "there is nothing to lift any more",
            unfreezes(&[target()]).knows_freeze(GOLD, target(), order_record(HERE - 5, HERE)),
        ),
        accept(
            "an_order_is_lifted_where_compliance_is_given_up",
            "nobody holds the second right any more: FREEZE alone can let go",
            nobody,
        ),
    ]
}

fn contest() -> Vec<Vector> {
    let frozen = record(HERE - 5, HERE + 10_000);
    let on_coin = |at: OutPoint| {
        contests(vec![at].into())
            .sees(at, 100, Some(units(GOLD, 5)))
            .knows_freeze(GOLD, at, record(HERE - 5, HERE + 10_000))
    };
    vec![
        accept(
            "a_freeze_is_contested",
            "the holder spends a coin of the same script: without an ORDER the freeze lapses in three days",
            on_coin(target()),
        ),
        accept(
            "a_freeze_of_a_script_is_contested",
            "whoever can spend from the script can contest",
            contests(scripts(&[sender()])).knows_freeze_on(of_script(sender()), frozen.clone()),
        ),
        accept(
            "contesting_twice_changes_nothing",
            "three days count from the first contest",
            contests(scripts(&[sender()]))
                .knows_freeze_on(of_script(sender()), contested(frozen.clone(), HERE - 3)),
        ),
        accept(
            "an_order_is_contested_in_court",
            "on the chain a contest changes nothing about it",
            contests(scripts(&[sender()]))
                .knows_freeze_on(of_script(sender()), order_record(HERE - 5, HERE + 10_000)),
        ),
        reject(
            "a_stranger_contests",
            "mip0001.not_the_holder",
            "no input is of the frozen script",
            contests(scripts(&[home()])).knows_freeze_on(of_script(home()), frozen.clone()),
        ),
        reject(
            "a_stranger_contests_for_a_coin",
            "mip0001.not_the_holder",
            "no input is of the script of the frozen coin",
            contests(vec![target()].into())
                .sees(target(), 7, Some(units(GOLD, 5)))
                .knows_freeze(GOLD, target(), frozen.clone()),
        ),
        reject(
            "a_pause_is_contested",
            "mip0001.pause_contested",
            "a pause accuses nobody",
            contests(Targets::All).knows_freeze_on(ALL, frozen.clone()),
        ),
        accept(
            "emergency_does_not_outlast_a_contest",
            "freezing again leaves the three days as they are",
            freezes(Freeze {
                stop: Height::new(HERE + 9_000),
                ..freeze(&[target()])
            })
            .knows_freeze(
                GOLD,
                target(),
                contested(record(HERE - 5, HERE + 10), HERE - 3),
            ),
        ),
        reject(
            "emergency_again_after_a_contest",
            "mip0001.emergency_used",
            "the contest was not answered: the freeze lapsed, and FREEZE alone can't repeat it",
            freezes(freeze(&[target()])).knows_freeze(
                GOLD,
                target(),
                contested(record(HERE - 5_000, HERE - 10), HERE - 10 - CONTEST_BLOCKS),
            ),
        ),
        accept(
            "an_order_answers_a_contest",
            "it takes the place of the EMERGENCY, and the contest is answered",
            freezes(order(&[target()])).knows_freeze(
                GOLD,
                target(),
                contested(record(HERE - 5, HERE + 10), HERE - 3),
            ),
        ),
    ]
}

fn going_home() -> Vec<Vector> {
    let both = Rights::FREEZE.union(Rights::COMPLIANCE);
    let sets = |script| Operation::SetRedemption {
        asset: GOLD,
        script,
    };
    let since = redeems_to(home(), HERE);
    let mut part = goes_to(0).after(since.clone());
    part.envelope.allocations.clear();
    let part = part
        .allocates(0, units(GOLD, 60_000))
        .gives(units(GOLD, 40_000));
    let mut burned = goes_to(0).after(since.clone());
    burned.envelope.allocations.clear();
    let burned = burned
        .allocates(0, units(GOLD, 60_000))
        .does(Operation::Burn {
            asset: GOLD,
            amount: 40_000,
        });
    vec![
        accept(
            "a_freeze_of_a_coin_that_its_block_spends",
            "the coin goes home in this block: nothing is left to freeze, wherever the Freeze stands",
            freezes(freeze(&[outpoint(1)])).gone_in_block(outpoint(1)),
        ),
        accept(
            "emergency_again_on_a_coin_that_its_block_spends",
            "by itself it would be refused (`mip0001.emergency_used`); the coin is gone, so it does nothing",
            freezes(freeze(&[outpoint(1)]))
                .knows_freeze(GOLD, outpoint(1), record(HERE - 20_000, HERE - 9_000))
                .gone_in_block(outpoint(1)),
        ),
        accept(
            "a_redemption_script_is_set",
            "by FREEZE and COMPLIANCE, from the next block on",
            using(both, sets(home())),
        ),
        accept(
            "a_redemption_script_is_taken_back",
            "a script of zeros",
            using(both, sets(ScriptDigest([0; 32]))).after(redeems_to(home(), 9)),
        ),
        reject(
            "a_redemption_script_by_freeze_alone",
            "mip0003.right_missing",
            "it could let out what an ORDER holds",
            using(Rights::FREEZE, sets(home())),
        ),
        accept(
            "a_frozen_coin_goes_home",
            "whole, to the redemption script",
            goes_to(0).after(since.clone()),
        ),
        accept(
            "a_frozen_coin_goes_home_in_the_block_that_freezes_it",
            "whatever the order",
            sends_home().frozen_in(Target::Coin {
                asset: GOLD,
                coin: outpoint(1),
            }),
        ),
        reject(
            "a_frozen_coin_goes_elsewhere",
            "mip0001.coin_frozen",
            "another script",
            goes_to(1).after(since.clone()),
        ),
        reject(
            "a_frozen_coin_goes_home_in_part",
            "mip0001.coin_frozen",
            "the rest would be free",
            part,
        ),
        reject(
            "a_frozen_coin_is_burned",
            "mip0001.coin_frozen",
            "burning is no way out: what a court froze would be gone",
            burned,
        ),
        reject(
            "a_frozen_coin_goes_home_too_early",
            "mip0001.coin_frozen",
            "the redemption script counts from the next block on",
            goes_to(0).after(redeems_to(home(), HERE + 1)),
        ),
    ]
}

fn sends_home() -> Stage {
    Stage::new()
        .knows(gold())
        .after(redeems_to(home(), HERE))
        .spends(Some(units(GOLD, 100_000)))
        .spends(None)
        .pays_script(1_000, script(0))
        .allocates(0, units(GOLD, 100_000))
}

#[test]
fn double_pause_leaves_a_block_valid_and_the_second_does_nothing() {
    let first = freezes(freeze_of(Targets::All));
    let change = first.check().expect("valid").changes.remove(0);
    let mut second = freezes(freeze_of(Targets::All)).frozen_in(ALL);
    second.registry.apply(&change);
    assert_eq!(second.check().expect("valid").changes, vec![]);
}

#[test]
fn a_coin_that_goes_home_beside_its_freeze_leaves_the_same_registry_in_either_order() {
    let coin = outpoint(1);
    for earlier in [
        None,
        Some(record(HERE - 5, HERE + 10)),
        Some(record(HERE - 20_000, HERE - 9_000)),
    ] {
        let stopped = |stage: Stage| {
            let stage = stage.gone_in_block(coin).frozen_here(GOLD, coin);
            match earlier.clone() {
                Some(record) => stage.knows_freeze(GOLD, coin, record),
                None => stage,
            }
        };
        let freezing = stopped(freezes(freeze(&[coin])));
        let leaving = stopped(sends_home());
        let left = |first: &Stage, second: &Stage| {
            let mut second = second.clone();
            for change in first.check().expect("valid").changes {
                second.registry.apply(&change);
            }
            for change in second.check().expect("valid in either order").changes {
                second.registry.apply(&change);
            }
            second.registry.freeze(&GOLD, &coin)
        };
        assert_eq!(left(&freezing, &leaving), None);
        assert_eq!(left(&leaving, &freezing), None);
    }
}

#[test]
fn a_verdict_on_a_spend_does_not_depend_on_its_place_beside_the_freeze() {
    // Ravencoin #1188: the same block, its transactions in another order, another verdict.
    for targets in [vec![outpoint(1)].into(), scripts(&[sender()]), Targets::All] {
        let pause = freezes(freeze_of(targets));
        let changes = pause.check().expect("valid").changes;
        let frozen: Vec<Target> = crate::freezes_of(&pause.tx());
        for leaving in [sends(), sends_home()] {
            let before = frozen
                .iter()
                .fold(leaving, |stage, one| stage.frozen_in(*one));
            let mut after = before.clone();
            changes
                .iter()
                .for_each(|change| after.registry.apply(change));
            let codes = [before, after].map(|stage| stage.check().map_err(|error| error.code()));
            assert_eq!(codes[0].is_ok(), codes[1].is_ok());
            assert_eq!(codes[0].as_ref().err(), codes[1].as_ref().err());
        }
    }
}

#[test]
fn a_contest_that_nobody_answers_ends_the_freeze_in_three_days() {
    let stage = contests(scripts(&[sender()])).knows_freeze_on(
        of_script(sender()),
        record(HERE, HERE + MAX_EMERGENCY_BLOCKS),
    );
    let mut registry = stage.registry.clone();
    for change in stage.check().expect("valid").changes {
        registry.apply(&change);
    }
    for (height, free) in [
        (HERE + CONTEST_BLOCKS - 1, false),
        (HERE + CONTEST_BLOCKS, true),
    ] {
        let mut leaving = sends().at(height);
        leaving.registry = registry.clone();
        assert_eq!(leaving.check().is_ok(), free, "{height}");
    }
    let after = registry.freeze_on(&of_script(sender())).expect("a record");
    assert_eq!(after.contested, Some(Height::new(HERE)));
}

#[test]
fn a_contest_sees_what_stands_before_it_in_its_block() {
    let freeze = freezes(freeze_of(scripts(&[sender()])));
    let contest = contests(scripts(&[sender()]));
    let after = |first: &Stage, second: &Stage| {
        let mut registry = second.registry.clone();
        for change in first.check().expect("valid").changes {
            registry.apply(&change);
        }
        let mut second = second.clone();
        second.registry = registry;
        for change in second.check().expect("valid in either order").changes {
            second.registry.apply(&change);
        }
        second
            .registry
            .freeze_on(&of_script(sender()))
            .expect("a record")
    };
    assert_eq!(after(&freeze, &contest).contested, Some(Height::new(HERE)));
    assert_eq!(after(&contest, &freeze).contested, None);

    // An ORDER answers a contest in either order; the stop is never sooner than the ORDER's own.
    let (order, old) = (
        freezes(order_of(scripts(&[sender()]))),
        record(HERE, HERE + MAX_EMERGENCY_BLOCKS),
    );
    let order = order.knows_freeze_on(of_script(sender()), old.clone());
    let contest = contest.knows_freeze_on(of_script(sender()), old);
    for (first, second) in [(&order, &contest), (&contest, &order)] {
        let left = after(first, second);
        assert_eq!((left.tier, left.contested), (crate::Tier::Order, None));
        assert!(left.stop >= order_of(Targets::All).stop);
    }
}
