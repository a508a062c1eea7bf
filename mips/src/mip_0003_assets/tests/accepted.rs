//! Scenarios that are accepted.
// Scenarios are tables: long, without logic.
#![allow(clippy::too_many_lines)]

use super::*;

pub(super) fn vectors() -> Vec<Vector> {
    [moved(), issued(), minted_and_burned(), rights_moved()]
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
