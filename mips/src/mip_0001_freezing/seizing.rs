//! Scenarios of MIP-1 about forced transfers.
// Scenarios are tables: long, without logic.
#![allow(clippy::too_many_lines)]

use bitcoin::OutPoint;
use moneta_chain::Height;

use super::tests::using;
use super::{ORDER_BEFORE_TRANSFER, Seizure, Target};
use crate::testing::*;
use crate::{
    AssetId, Attachment, Change, Entry, FreezeRecord, Key, Operation, Record, Redemption,
    RegistryView, Rights, ScriptDigest,
};

const BOTH: Rights = Rights::FREEZE.union(Rights::COMPLIANCE);

/// The coin that is taken: it belongs to the ninth script.
fn taken() -> OutPoint {
    outpoint(77)
}

/// An ORDER that has stood for so many blocks.
fn ordered(blocks: u32) -> FreezeRecord {
    FreezeRecord {
        ordered: Some(Height::new(HERE - blocks)),
        ..order_record(HERE - blocks, HERE + 100)
    }
}

fn takes_of(asset: AssetId, amount: u64) -> Operation {
    Operation::ForceTransfer {
        asset,
        coin: taken(),
        amount,
    }
}

/// Takes 500 units of gold from the coin and gives them to somebody.
fn takes(held: Rights) -> Stage {
    using(held, takes_of(GOLD, 500))
        .sees(taken(), 9, Some(units(GOLD, 500)))
        .gives(units(GOLD, 500))
}

fn under(record: FreezeRecord) -> Stage {
    takes(BOTH).knows_freeze(GOLD, taken(), record)
}

fn seized(coin: OutPoint) -> Change {
    Change::Record(Box::new(Entry {
        key: Key::Seizure { asset: GOLD, coin },
        before: None,
        after: Some(Record::Seizure(Seizure {
            taken_at: Height::new(HERE - 1),
            taken_in: outpoint(5).txid,
        })),
    }))
}

/// Spends the coin from which 500 units were taken.
fn spends_taken() -> Stage {
    Stage::new()
        .knows(gold())
        .spends(Some(units(GOLD, 500)))
        .after(seized(outpoint(1)))
        .pays(1_000)
}

pub(super) fn vectors() -> Vec<Vector> {
    let mut lists = taking();
    lists.extend(afterwards());
    lists
}

fn taking() -> Vec<Vector> {
    let of_script = Target::Script {
        asset: GOLD,
        script: ScriptDigest::of(&script(9)),
    };
    // The third input; rights and change are the first two outputs. Units may go home while they are frozen.
    let mine = outpoint(3);
    let takes_mine = Operation::ForceTransfer {
        asset: GOLD,
        coin: mine,
        amount: 500,
    };
    let home = Change::Record(Box::new(Entry {
        key: Key::Redemption(GOLD),
        before: None,
        after: Some(Record::Redemption(Redemption {
            script: ScriptDigest::of(&script(9)),
            since: Height::new(HERE),
        })),
    }));
    let spent_too = using(BOTH, takes_mine)
        .spends(Some(units(GOLD, 500)))
        .sees(mine, 9, Some(units(GOLD, 500)))
        .knows_freeze(GOLD, mine, ordered(ORDER_BEFORE_TRANSFER))
        .after(home)
        .pays_script(1_000, script(9))
        .allocates(2, units(GOLD, 1_000));
    let twice = under(ordered(ORDER_BEFORE_TRANSFER))
        .does(takes_of(GOLD, 500))
        .gives(units(GOLD, 500));
    let to_self = using(BOTH, takes_of(GOLD, 500))
        .sees(taken(), 9, Some(units(GOLD, 500)))
        .knows_freeze(GOLD, taken(), ordered(ORDER_BEFORE_TRANSFER))
        .pays_script(1_000, script(9))
        .allocates(2, units(GOLD, 500));
    vec![
        accept(
            "units_are_taken_under_an_order",
            "a day after the ORDER, to another script",
            under(ordered(ORDER_BEFORE_TRANSFER)),
        ),
        accept(
            "units_are_taken_under_an_order_on_the_script",
            "the ORDER names the script of the coin",
            takes(BOTH).knows_freeze_on(of_script, ordered(ORDER_BEFORE_TRANSFER)),
        ),
        accept(
            "a_forced_transfer_to_the_holder_himself",
            "the units move to a fresh coin of the same script: as many as before",
            to_self,
        ),
        reject(
            "units_are_taken_too_early",
            "mip0001.order_too_young",
            "one block short of a day",
            under(ordered(ORDER_BEFORE_TRANSFER - 1)),
        ),
        accept(
            "units_are_taken_from_a_coin_of_a_day",
            "it came to a script that stood under an ORDER already, a day ago",
            takes(BOTH)
                .knows_freeze_on(of_script, ordered(2_000))
                .seen_since(taken(), HERE - ORDER_BEFORE_TRANSFER),
        ),
        reject(
            "units_are_taken_from_a_coin_that_just_came",
            "mip0001.order_too_young",
            "the ORDER on its script is old, the coin one block short of a day",
            takes(BOTH)
                .knows_freeze_on(of_script, ordered(2_000))
                .seen_since(taken(), HERE - ORDER_BEFORE_TRANSFER + 1),
        ),
        reject(
            "units_are_taken_from_a_coin_that_was_ordered_before_it_came",
            "mip0001.order_too_young",
            "a coin can be named before it is there",
            under(ordered(2_000)).seen_since(taken(), HERE - 1),
        ),
        reject(
            "units_are_taken_without_a_freeze",
            "mip0001.order_too_young",
            "nothing is frozen",
            takes(BOTH),
        ),
        reject(
            "units_are_taken_under_an_emergency",
            "mip0001.order_too_young",
            "FREEZE alone froze it",
            under(record(HERE - 2_000, HERE + 100)),
        ),
        reject(
            "units_are_taken_after_the_order_lapsed",
            "mip0001.order_too_young",
            "the stop is this height",
            under(FreezeRecord {
                stop: Height::new(HERE),
                ..ordered(2_000)
            }),
        ),
        reject(
            "units_are_taken_under_a_pause",
            "mip0001.order_too_young",
            "a pause accuses nobody",
            takes(BOTH).knows_freeze_on(Target::All { asset: GOLD }, ordered(2_000)),
        ),
        reject(
            "units_are_taken_without_compliance",
            "mip0003.right_missing",
            "FREEZE alone",
            takes(Rights::FREEZE).knows_freeze(GOLD, taken(), ordered(2_000)),
        ),
        reject(
            "more_is_taken_than_there_is",
            "mip0001.nothing_to_transfer",
            "501 of 500",
            using(BOTH, takes_of(GOLD, 501))
                .sees(taken(), 9, Some(units(GOLD, 500)))
                .knows_freeze(GOLD, taken(), ordered(2_000))
                .gives(units(GOLD, 501)),
        ),
        reject(
            "units_are_taken_from_a_coin_that_holds_another_asset",
            "mip0001.nothing_to_transfer",
            "the coin holds shares",
            using(BOTH, takes_of(GOLD, 500))
                .sees(taken(), 9, Some(units(SHARES, 500)))
                .knows_freeze(GOLD, taken(), ordered(2_000))
                .gives(units(GOLD, 500)),
        ),
        reject(
            "units_are_taken_from_nothing",
            "mip0001.nothing_to_transfer",
            "nobody knows the coin",
            using(BOTH, takes_of(GOLD, 500))
                .knows_freeze(GOLD, taken(), ordered(2_000))
                .gives(units(GOLD, 500)),
        ),
        reject(
            "units_are_taken_twice_in_one_transaction",
            "mip0001.nothing_to_transfer",
            "the second time nothing is left",
            twice,
        ),
        reject(
            "units_are_taken_twice",
            "mip0001.nothing_to_transfer",
            "an earlier transaction took them",
            under(ordered(2_000)).after(seized(taken())),
        ),
        reject(
            "taken_and_spent_at_once",
            "mip0001.transfer_not_alone",
            "frozen units may go home, but not twice",
            spent_too,
        ),
        reject(
            "taken_and_burned",
            "mip0001.transfer_not_alone",
            "a court's order is no reason to destroy",
            using(BOTH, takes_of(GOLD, 500))
                .does(Operation::Burn {
                    asset: GOLD,
                    amount: 500,
                })
                .sees(taken(), 9, Some(units(GOLD, 500)))
                .knows_freeze(GOLD, taken(), ordered(2_000)),
        ),
        reject(
            "taken_units_are_lost",
            "mip0003.not_conserved",
            "nobody gets them",
            using(BOTH, takes_of(GOLD, 500))
                .sees(taken(), 9, Some(units(GOLD, 500)))
                .knows_freeze(GOLD, taken(), ordered(2_000)),
        ),
    ]
}

fn afterwards() -> Vec<Vector> {
    vec![
        accept(
            "the_native_coin_stays_its_holders",
            "without an envelope, and although the freeze still holds",
            spends_taken().knows_freeze(GOLD, outpoint(1), order_record(HERE - 5, HERE + 10)),
        ),
        reject(
            "a_presigned_spend_of_a_moved_attachment",
            "mip0003.not_conserved",
            "the coin holds nothing any more",
            spends_taken().allocates(0, units(GOLD, 500)),
        ),
    ]
}

#[test]
fn verdicts() {
    assert_verdicts(&vectors());
}

#[test]
fn what_is_taken_is_gone_and_the_record_goes_with_the_coin() {
    let stage = under(ordered(ORDER_BEFORE_TRANSFER));
    let effects = stage.check().unwrap();
    let mut registry = stage.registry.clone();
    effects
        .changes
        .iter()
        .for_each(|change| registry.apply(change));
    assert!(registry.seizure(&GOLD, &taken()).is_some());
    assert_eq!(
        registry.asset(&GOLD).unwrap().supply,
        stage.registry.asset(&GOLD).unwrap().supply,
        "the supply is what it was"
    );

    let spent = spends_taken().knows_freeze(GOLD, outpoint(1), order_record(HERE - 5, HERE + 10));
    let effects = spent.check().unwrap();
    let mut registry = spent.registry.clone();
    effects
        .changes
        .iter()
        .for_each(|change| registry.apply(change));
    assert_eq!(registry.seizure(&GOLD, &outpoint(1)), None);
    assert_eq!(registry.freeze(&GOLD, &outpoint(1)), None);
}

/// ERC-3643's forced transfers to the same wallet once counted the units twice.
#[test]
fn a_forced_transfer_to_self_counts_the_units_once() {
    let vectors = vectors();
    let mut vectors = vectors.iter();
    let name = "a_forced_transfer_to_the_holder_himself";
    let stage = &vectors.find(|one| one.name == name).unwrap().stage;
    let effects = stage.check().unwrap();
    let given = effects.attachments.values().filter_map(|held| match held {
        Attachment::Asset { id, amount } if *id == GOLD => Some(*amount),
        _ => None,
    });
    assert_eq!(given.sum::<u64>(), 500);
    let mut registry = stage.registry.clone();
    effects
        .changes
        .iter()
        .for_each(|change| registry.apply(change));
    assert!(
        registry.seizure(&GOLD, &taken()).is_some(),
        "the old coin holds nothing"
    );
}
