//! What holds beside the scenarios: grammar, duplicates, conservation, evidence in refusals.
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::Registry;
use crate::mip_0003_assets::{is_name, is_symbol};

#[test]
fn every_rule_is_quoted_word_for_word() {
    assert_quoted(include_str!("../README.md"), include_str!("../check.rs"));
    assert_quoted(include_str!("../README.md"), include_str!("../issue.rs"));
}

#[test]
fn names_and_symbols_are_what_the_specification_says() {
    assert!(is_symbol("A") && is_symbol("GOLD24K") && is_symbol("ABCDEFGHIJKL"));
    assert!(is_name("") && is_name("黄金 (克)") && is_name(&"x".repeat(64)));
    for hidden in [
        "\u{200b}", "\u{feff}", "a\nb", "\u{2066}", "\u{ad}", "\u{7f}",
    ] {
        assert!(!is_name(hidden), "{hidden:?}");
    }
}

/// Applies what `stage` does to its registry.
fn applied(stage: &Stage) -> Registry {
    let mut registry = stage.registry.clone();
    for change in &stage.check().expect("valid").changes {
        registry.apply(change);
    }
    registry
}

#[test]
fn duplicate_symbol_is_refused_across_blocks_and_in_one_block() {
    let first = issues(silver());
    let mut second = issues(silver());
    // Another block: the same symbol, another transaction.
    second.registry = applied(&first);
    second.inputs[0] = outpoint(77);
    let asset = silver();
    let id = AssetId::derive(&second.inputs[0], 0, &asset);
    second.envelope.allocations[1].attachment = units(id, asset.initial);
    second.envelope.allocations[2].attachment = rights(id, asset.powers);
    let code = |stage: &Stage| stage.check().unwrap_err().code();
    assert_eq!(code(&second), "mip0003.symbol_taken");
    // The same block: the issuer's coin was made by the first transaction, so it is too young.
    let third = second.made_at(HERE);
    let mut third = third;
    third.spent[0].height = third.height;
    assert_eq!(code(&third), "mip0003.role_immature");
}

#[test]
fn presigned_spend_fails_when_the_rules_of_its_asset_do() {
    // Signed long ago, the same transaction: free, then frozen, then free again.
    let presigned = sends(12_500, 87_500);
    assert!(presigned.check().is_ok());
    let record = order_record(HERE - 1, HERE + 100);
    let frozen = presigned.clone().knows_freeze(GOLD, outpoint(1), record);
    assert_eq!(frozen.check().unwrap_err().code(), "mip0001.coin_frozen");
    assert!(frozen.at(HERE + 100).check().is_ok());
    // Signed for a coin that turned out to hold something else.
    let mut other = presigned;
    other.spent[0].attachment = Some(units(GOLD, 99_999));
    assert_eq!(other.check().unwrap_err().code(), "mip0003.not_conserved");
    other.spent[0].attachment = None;
    assert_eq!(other.check().unwrap_err().code(), "mip0003.not_conserved");
}

#[test]
fn a_renounced_right_is_gone_from_the_record_and_a_freezable_asset_is_so_no_longer() {
    let stage = Stage::new()
        .knows(gold())
        .spends(Some(rights(GOLD, Rights::FREEZE)))
        .spends(None)
        .pays(1_000)
        .does(Operation::Renounce {
            asset: GOLD,
            rights: Rights::FREEZE,
        });
    let registry = applied(&stage);
    let asset = registry.assets().next().unwrap();
    assert_eq!(asset.powers, Rights::MINT.union(Rights::COMPLIANCE));
    assert!(!asset.is_freezable());
}

/// Splits `total` at the given points into parts above zero.
fn parts(total: u64, cuts: &[prop::sample::Index]) -> Vec<u64> {
    let mut points: Vec<u64> = cuts
        .iter()
        .map(|cut| 1 + u64::try_from(cut.index(1 << 20)).unwrap() % (total - 1))
        .collect();
    points.extend([0, total]);
    points.sort_unstable();
    points.dedup();
    points.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

fn sum(amounts: impl Iterator<Item = u64>) -> u128 {
    amounts.map(u128::from).sum()
}

proptest! {
    #[test]
    fn units_in_are_units_out_of_every_valid_transfer(
        held in vec(1_u64..=u64::MAX / 8, 1..5),
        cuts in vec(any::<prop::sample::Index>(), 1..5),
        nudge in -1_i64..=1,
    ) {
        // Supplies beyond 64 bits can't exist on the chain; the sum is 128 bits wide all the same.
        let total: u64 = held.iter().sum();
        prop_assume!(total > 2);
        let mut given = parts(total, &cuts);
        given[0] = given[0].saturating_add_signed(nudge);
        prop_assume!(given[0] > 0);
        let stage = held.iter().fold(Stage::new().knows(gold()), |stage, amount| {
            stage.spends(Some(units(GOLD, *amount)))
        });
        let stage = given.iter().fold(stage, |stage, amount| stage.gives(units(GOLD, *amount)));
        let equal = sum(held.into_iter()) == sum(given.into_iter());
        prop_assert_eq!(stage.check().is_ok(), equal);
    }
}

#[test]
fn the_issuer_and_the_allocations_of_a_case_are_read_by_id() {
    // A forged envelope that allocates acme's identity under another id fails, whatever its position.
    let forged = IdentityId([0xad; 32]);
    let mut stage = issues(silver());
    stage.envelope.allocations[0] = Allocation {
        vout: 0,
        attachment: identity(forged),
    };
    let code = stage.check().unwrap_err().code();
    assert_eq!(code, "mip0002.identity_lost");
}

#[test]
fn refusals_count_grains_and_never_another_coin() {
    for vector in vectors() {
        if let Err(error) = vector.stage.check() {
            let text = error.to_string();
            assert!(!text.contains("BTC"), "{text}");
        }
    }
    let error = issues(silver()).burning(999_999).check().unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("999999 grains") && text.contains("1000000"),
        "{text}"
    );
}

#[test]
fn many_operations_on_one_asset_are_one_change_of_its_record() {
    let mut stage = spends_gold().gives(units(GOLD, 99_700));
    for _ in 0..300 {
        stage = stage.does(Operation::Burn {
            asset: GOLD,
            amount: 1,
        });
    }
    let changes = stage.check().unwrap().changes;
    let [
        Change::Asset {
            before: Some(before),
            after,
        },
    ] = &changes[..]
    else {
        panic!("{} changes", changes.len());
    };
    assert_eq!(**before, gold());
    assert_eq!(after.supply, gold().supply - 300);
    assert_eq!(after.burned, gold().burned + 300);
}
