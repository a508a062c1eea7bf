//! Scenarios that are refused.
// Scenarios are tables: long, without logic.
#![allow(clippy::too_many_lines)]

use super::*;

pub(super) fn vectors() -> Vec<Vector> {
    [
        refused_coins(),
        refused_rights(),
        refused_issues(),
        refused_amounts(),
    ]
    .into_iter()
    .flatten()
    .collect()
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
            "enrolled_holders_without_the_right_to_enrol",
            "mip0003.holders_without_enrol",
            "nobody could ever be enrolled",
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
