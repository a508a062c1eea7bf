//! Scenarios of MIP-3: each is also a file in `mips/vectors/mip-0003`.
// Scenarios are tables: long, without logic.
#![allow(clippy::too_many_lines)]

use bitcoin::ScriptBuf;
use bitcoin::script::PushBytesBuf;
use proptest::collection::vec;
use proptest::prelude::*;

use super::{is_name, is_symbol};
use crate::testing::*;
use crate::{
    Allocation, AssetId, Change, Holders, IdentityId, IssueAsset, Operation, Registry, Rights,
};

/// Spends 100.000 g of GOLD and grains; nothing is allocated yet.
fn spends_gold() -> Stage {
    Stage::new()
        .knows(gold())
        .spends(Some(units(GOLD, 100_000)))
        .spends(None)
}

fn sends(first: u64, second: u64) -> Stage {
    let stage = spends_gold();
    stage
        .gives(units(GOLD, first))
        .gives(units(GOLD, second))
        .pays(100_000_000)
}

/// Issues under acme: its identity comes back, units and rights go to outputs of their own.
fn issues(asset: IssueAsset) -> Stage {
    let id = asset_id(0, &asset);
    let mut stage = issues_nothing_allocated(asset.clone());
    if asset.initial > 0 {
        stage = stage.gives(units(id, asset.initial));
    }
    if !asset.powers.is_empty() {
        stage = stage.gives(rights(id, asset.powers));
    }
    stage
}

fn issues_nothing_allocated(asset: IssueAsset) -> Stage {
    let issuer = asset.issuer.unwrap_or(ACME);
    Stage::new()
        .knows(gold())
        .knows_identity(acme())
        .spends(Some(identity(issuer)))
        .spends(None)
        .gives(identity(issuer))
        .does(issue(&asset))
}

/// Spends the coin with `held` rights over GOLD and gives it back.
fn with_rights(held: Rights) -> Stage {
    Stage::new()
        .knows(gold())
        .spends(Some(rights(GOLD, held)))
        .spends(None)
        .gives(rights(GOLD, held))
}

fn mints(amount: u64) -> Stage {
    let asset = GOLD;
    with_rights(Rights::MINT)
        .gives(units(GOLD, amount))
        .does(Operation::Mint { asset, amount })
}

fn burns(amount: u64, left: u64) -> Stage {
    let stage = spends_gold().does(Operation::Burn {
        asset: GOLD,
        amount,
    });
    match left {
        0 => stage.pays(1_000),
        left => stage.gives(units(GOLD, left)),
    }
}

pub(crate) fn vectors() -> Vec<Vector> {
    [
        moved(),
        issued(),
        minted_and_burned(),
        rights_moved(),
        refused_coins(),
        refused_rights(),
        refused_issues(),
        refused_amounts(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn moved() -> Vec<Vector> {
    vec![
        accept(
            "units_move",
            "100.000 g go to two outputs",
            sends(12_500, 87_500),
        ),
        accept(
            "two_assets_move_at_once",
            "the table of assets is sorted, allocations refer to it",
            spends_gold()
                .knows(shares())
                .spends(Some(units(SHARES, u64::MAX)))
                .gives(units(GOLD, 100_000))
                .gives(units(SHARES, u64::MAX)),
        ),
        accept(
            "coins_of_one_asset_merge",
            "two inputs, one output",
            spends_gold()
                .spends(Some(units(GOLD, 1)))
                .gives(units(GOLD, 100_001)),
        ),
        accept(
            "plain_coins_move_without_envelope",
            "a Bitcoin transaction like any other",
            Stage::new().spends(None).pays(100_000_000),
        ),
        accept(
            "an_asset_nobody_can_freeze_sits_on_many_grains",
            "the limit of 10,000 grains is for freezable assets",
            Stage::new()
                .knows(shares())
                .spends(Some(units(SHARES, 3)))
                .spends(None)
                .pays(150_000_000)
                .allocates(0, units(SHARES, 3)),
        ),
        accept(
            "ten_thousand_grains_beside_gold",
            "exactly the limit",
            spends_gold()
                .pays(10_000)
                .allocates(0, units(GOLD, 100_000)),
        ),
    ]
}

fn issued() -> Vec<Vector> {
    let bare = IssueAsset {
        symbol: "ART".into(),
        issuer: None,
        decimals: 0,
        powers: Rights::NONE,
        initial: 100,
        cap: 100,
        ..silver()
    };
    let later = IssueAsset {
        initial: 0,
        powers: Rights::MINT,
        ..silver()
    };
    let split = silver();
    let id = asset_id(0, &split);
    vec![
        accept(
            "an_asset_is_issued",
            "under acme, with units and rights to outputs of their own",
            issues(silver()),
        ),
        accept(
            "a_bare_asset_is_issued",
            "no issuer, no rights, all units at once",
            Stage::new()
                .spends(None)
                .gives(units(asset_id(0, &bare), 100))
                .does(issue(&bare)),
        ),
        accept(
            "an_asset_without_first_units",
            "MINT creates them later",
            issues(later),
        ),
        accept(
            "rights_of_a_new_asset_go_apart",
            "two role coins, which together hold the declared powers",
            issues_nothing_allocated(split)
                .gives(units(id, 50_000))
                .gives(rights(id, Rights::MINT))
                .gives(rights(id, Rights::FREEZE)),
        ),
    ]
}

fn minted_and_burned() -> Vec<Vector> {
    vec![
        accept("units_are_minted", "5 g more", mints(5_000)),
        accept(
            "units_are_minted_up_to_the_cap",
            "4,000 kg more",
            mints(4_000_000),
        ),
        accept("units_are_burned", "40 of 100 g", burns(40_000, 60_000)),
        accept(
            "all_units_of_a_coin_are_burned",
            "and nothing is allocated",
            burns(100_000, 0),
        ),
        accept(
            "burning_makes_room_under_the_cap",
            "supply is what exists: burn 1 g, then mint up to the cap",
            mints(4_001_000)
                .spends(Some(units(GOLD, 1_000)))
                .burn_first(1_000),
        ),
    ]
}

impl Stage {
    /// Puts a burn of GOLD before the other operations.
    fn burn_first(mut self, amount: u64) -> Self {
        let asset = GOLD;
        let burn = Operation::Burn { asset, amount };
        self.envelope.operations.insert(0, burn);
        self
    }
}

fn rights_moved() -> Vec<Vector> {
    let both = Rights::MINT.union(Rights::FREEZE);
    let parting = Stage::new()
        .knows(gold())
        .spends(Some(rights(GOLD, both)))
        .spends(None);
    vec![
        accept(
            "rights_part",
            "one role coin becomes two",
            parting
                .clone()
                .gives(rights(GOLD, Rights::MINT))
                .gives(rights(GOLD, Rights::FREEZE)),
        ),
        accept(
            "rights_join",
            "two role coins become one",
            Stage::new()
                .knows(gold())
                .spends(Some(rights(GOLD, Rights::MINT)))
                .spends(Some(rights(GOLD, Rights::FREEZE)))
                .gives(rights(GOLD, both)),
        ),
        accept(
            "a_right_is_renounced",
            "MINT is gone for ever, FREEZE stays",
            parting
                .gives(rights(GOLD, Rights::FREEZE))
                .does(Operation::Renounce {
                    asset: GOLD,
                    rights: Rights::MINT,
                }),
        ),
    ]
}

fn refused_coins() -> Vec<Vector> {
    let data = ScriptBuf::new_op_return(PushBytesBuf::from([7; 20]));
    let endless = ScriptBuf::from_bytes(vec![0x61; 10_001]);
    let whole = || units(GOLD, 100_000);
    let coinbase = Stage::new().into_coinbase().pays(500_000_000);
    vec![
        reject(
            "a_coinbase_with_an_envelope",
            "mip0003.coinbase_envelope",
            "a coinbase moves nothing",
            coinbase.clone().does(Operation::Anchor { digest: [1; 32] }),
        ),
        reject(
            "a_coinbase_with_a_broken_envelope",
            "mip0003.coinbase_envelope",
            "nor does it show the tag",
            coinbase.carrying(vec![ScriptBuf::new_op_return(b"MTA\x01")]),
        ),
        reject(
            "an_attached_coin_without_envelope",
            "mip0003.envelope_missing",
            "a wallet that knows nothing of assets can't lose them",
            spends_gold().pays(100_000_000),
        ),
        reject(
            "a_right_in_the_block_that_made_it",
            "mip0003.role_immature",
            "a role coin matures one block",
            with_rights(Rights::MINT)
                .spends(Some(rights(GOLD, Rights::FREEZE)))
                .made_at(HERE)
                .gives(rights(GOLD, Rights::FREEZE)),
        ),
        reject(
            "an_identity_in_the_block_that_made_it",
            "mip0003.role_immature",
            "an identity coin matures one block",
            Stage::new()
                .knows_identity(acme())
                .spends(Some(identity(ACME)))
                .made_at(HERE)
                .gives(identity(ACME)),
        ),
        accept(
            "units_in_the_block_that_made_them",
            "units move at once",
            spends_gold().made_at(HERE).gives(whole()),
        ),
        reject(
            "an_output_that_is_not_there",
            "mip0003.output_missing",
            "the transaction has two outputs",
            spends_gold().pays(1_000).allocates(2, whole()),
        ),
        reject(
            "the_envelope_as_receiver",
            "mip0003.output_unspendable",
            "the output that carries the envelope can't be spent",
            spends_gold().pays(1_000).allocates(1, whole()),
        ),
        reject(
            "data_as_receiver",
            "mip0003.output_unspendable",
            "an OP_RETURN output can't be spent",
            spends_gold().pays_script(0, data).allocates(0, whole()),
        ),
        reject(
            "an_endless_script_as_receiver",
            "mip0003.output_unspendable",
            "a script of 10,001 bytes can't be run",
            spends_gold().pays_script(0, endless).allocates(0, whole()),
        ),
        reject(
            "too_many_grains_beside_gold",
            "mip0003.too_many_grains",
            "10,001 grains could be trapped by a freeze",
            spends_gold().pays(10_001).allocates(0, whole()),
        ),
    ]
}

fn refused_amounts() -> Vec<Vector> {
    let overflowing = spends_gold()
        .gives(units(GOLD, u64::MAX))
        .gives(units(GOLD, 100_001));
    vec![
        reject(
            "more_comes_out_than_goes_in",
            "mip0003.not_conserved",
            "one unit out of nothing",
            sends(12_500, 87_501),
        ),
        reject(
            "less_comes_out_than_goes_in",
            "mip0003.not_conserved",
            "one unit would be lost",
            sends(12_500, 87_499),
        ),
        reject(
            "outputs_that_overflow_64_bits",
            "mip0003.not_conserved",
            "2^64 - 1 and 100,001 sum to 100,000 in 64 bits (the hole of CVE-2010-5139)",
            overflowing,
        ),
        reject(
            "an_asset_that_is_dropped",
            "mip0003.not_conserved",
            "the envelope speaks of something else",
            spends_gold()
                .pays(1_000)
                .does(Operation::Anchor { digest: [1; 32] }),
        ),
        reject(
            "another_asset_comes_out",
            "mip0003.not_conserved",
            "gold does not become shares",
            spends_gold().knows(shares()).gives(units(SHARES, 100_000)),
        ),
        reject(
            "a_burn_of_what_is_not_held",
            "mip0003.not_conserved",
            "one unit too many",
            burns(100_001, 0),
        ),
        reject(
            "an_allocation_of_nothing",
            "mip0003.amount_zero",
            "zero units (they passed for free in Metaverse)",
            sends(100_000, 0),
        ),
        reject(
            "a_mint_of_nothing",
            "mip0003.amount_zero",
            "zero units",
            with_rights(Rights::MINT).does(Operation::Mint {
                asset: GOLD,
                amount: 0,
            }),
        ),
        reject(
            "a_mint_beyond_the_cap",
            "mip0003.cap_exceeded",
            "one unit too many",
            mints(4_000_001),
        ),
        reject(
            "two_mints_that_pass_the_cap_together",
            "mip0003.cap_exceeded",
            "the second meets the supply that the first left",
            mints(4_000_000)
                .gives(units(GOLD, 1))
                .does(Operation::Mint {
                    asset: GOLD,
                    amount: 1,
                }),
        ),
        reject(
            "a_mint_that_overflows_64_bits",
            "mip0003.cap_exceeded",
            "supply and amount sum to less than the cap in 64 bits",
            mints(u64::MAX),
        ),
    ]
}

fn refused_rights() -> Vec<Vector> {
    let stage = || Stage::new().knows(gold());
    vec![
        reject(
            "a_right_that_is_dropped",
            "mip0003.right_lost",
            "one of two rights is forgotten",
            stage()
                .spends(Some(rights(GOLD, Rights::MINT.union(Rights::FREEZE))))
                .gives(rights(GOLD, Rights::MINT)),
        ),
        reject(
            "a_right_out_of_nothing",
            "mip0003.right_from_nothing",
            "no input holds COMPLIANCE",
            stage()
                .spends(Some(rights(GOLD, Rights::MINT)))
                .gives(rights(GOLD, Rights::MINT.union(Rights::COMPLIANCE))),
        ),
        reject(
            "a_right_to_two_outputs",
            "mip0003.right_twice",
            "there is one coin for a right",
            stage()
                .spends(Some(rights(GOLD, Rights::MINT)))
                .gives(rights(GOLD, Rights::MINT))
                .gives(rights(GOLD, Rights::MINT)),
        ),
        reject(
            "a_right_that_is_kept_and_renounced",
            "mip0003.right_twice",
            "it can't be both",
            with_rights(Rights::MINT).does(Operation::Renounce {
                asset: GOLD,
                rights: Rights::MINT,
            }),
        ),
        reject(
            "an_allocation_of_no_right",
            "mip0003.rights_none",
            "an empty set of rights",
            spends_gold()
                .gives(units(GOLD, 100_000))
                .gives(rights(GOLD, Rights::NONE)),
        ),
        reject(
            "a_renunciation_of_no_right",
            "mip0003.rights_none",
            "an empty set of rights",
            with_rights(Rights::MINT).does(Operation::Renounce {
                asset: GOLD,
                rights: Rights::NONE,
            }),
        ),
        reject(
            "a_mint_without_the_right",
            "mip0003.right_missing",
            "FREEZE is not MINT",
            with_rights(Rights::FREEZE)
                .gives(units(GOLD, 1))
                .does(Operation::Mint {
                    asset: GOLD,
                    amount: 1,
                }),
        ),
        reject(
            "a_mint_that_renounces_its_right",
            "mip0003.right_not_returned",
            "a right that is used is allocated again; renounce it in the next transaction",
            stage()
                .spends(Some(rights(GOLD, Rights::MINT)))
                .gives(units(GOLD, 1))
                .does(Operation::Mint {
                    asset: GOLD,
                    amount: 1,
                })
                .does(Operation::Renounce {
                    asset: GOLD,
                    rights: Rights::MINT,
                }),
        ),
        reject(
            "a_mint_of_an_unknown_asset",
            "mip0003.asset_unknown",
            "nobody issued it",
            Stage::new()
                .spends(None)
                .gives(units(SHARES, 1))
                .does(Operation::Mint {
                    asset: SHARES,
                    amount: 1,
                }),
        ),
        reject(
            "rights_of_a_new_asset_that_are_forgotten",
            "mip0003.right_lost",
            "declared powers are allocated when the asset is issued",
            issues_nothing_allocated(silver())
                .gives(units(asset_id(0, &silver()), 50_000))
                .gives(rights(asset_id(0, &silver()), Rights::MINT)),
        ),
    ]
}

fn refused_issues() -> Vec<Vector> {
    let with = |name, code, about, change: fn(&mut IssueAsset)| {
        let mut asset = silver();
        change(&mut asset);
        reject(name, code, about, issues(asset))
    };
    let symbol = |name, about, change: fn(&mut IssueAsset)| {
        with(name, "mip0003.symbol_malformed", about, change)
    };
    let twice = IssueAsset {
        name: "Another".into(),
        ..silver()
    };
    let second = asset_id(1, &twice);
    let bank = IssueAsset {
        issuer: Some(BANK),
        ..silver()
    };
    let bank_id = asset_id(0, &bank);
    vec![
        symbol("a_symbol_of_nothing", "empty", |a| a.symbol.clear()),
        symbol("a_symbol_of_thirteen", "13 characters", |a| {
            a.symbol = "ABCDEFGHIJKLM".into();
        }),
        symbol("a_symbol_in_small_letters", "small letters", |a| {
            a.symbol = "gold".into()
        }),
        symbol("a_symbol_that_begins_with_a_digit", "a digit first", |a| {
            a.symbol = "1G".into()
        }),
        symbol("a_symbol_of_the_native_coin", "MTA is not issued", |a| {
            a.symbol = "MTA".into();
        }),
        with(
            "a_name_too_long",
            "mip0003.name_malformed",
            "65 bytes",
            |a| a.name = "x".repeat(65),
        ),
        with(
            "a_name_that_turns_round",
            "mip0003.name_malformed",
            "a mark that reverses what is read after it",
            |a| a.name = "Gold\u{202e}".into(),
        ),
        with(
            "thirteen_decimals",
            "mip0003.decimals_too_many",
            "13",
            |a| a.decimals = 13,
        ),
        with(
            "more_at_first_than_ever",
            "mip0003.initial_over_cap",
            "initial 50,000, cap 49,999",
            |a| a.cap = 49_999,
        ),
        with(
            "an_asset_without_units_for_ever",
            "mip0003.never_any_unit",
            "no first unit and no MINT",
            |a| {
                a.initial = 0;
                a.powers = Rights::FREEZE;
            },
        ),
        with(
            "an_asset_with_a_cap_of_zero",
            "mip0003.never_any_unit",
            "no first unit and no room",
            |a| {
                a.initial = 0;
                a.cap = 0;
            },
        ),
        with(
            "an_asset_for_enrolled_holders",
            "mip0003.holders_not_active",
            "MIP-5 is not active",
            |a| a.holders = Holders::Enrolled,
        ),
        with(
            "a_symbol_that_is_taken",
            "mip0003.symbol_taken",
            "acme has GOLD",
            |a| a.symbol = "GOLD".into(),
        ),
        reject(
            "a_symbol_twice_in_one_transaction",
            "mip0003.symbol_taken",
            "the second operation meets the first",
            issues(silver())
                .gives(units(second, 50_000))
                .gives(rights(second, twice.powers))
                .does(issue(&twice)),
        ),
        reject(
            "an_issuer_who_does_not_sign",
            "mip0003.issuer_not_spent",
            "the bank's identity is not among the inputs",
            Stage::new()
                .knows_identity(acme())
                .spends(Some(identity(ACME)))
                .gives(identity(ACME))
                .gives(units(bank_id, bank.initial))
                .gives(rights(bank_id, bank.powers))
                .does(issue(&bank)),
        ),
        reject(
            "an_issue_that_does_not_pay",
            "mip0003.price_not_paid",
            "one grain too little is burned",
            issues(silver()).burning(999_999),
        ),
    ]
}

#[test]
fn every_rule_is_quoted_word_for_word() {
    assert_quoted(include_str!("README.md"), include_str!("check.rs"));
    assert_quoted(include_str!("README.md"), include_str!("issue.rs"));
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
