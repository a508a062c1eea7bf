//! What takes two rights, and what has to come back to where it was.
use std::collections::BTreeMap;

use bitcoin::OutPoint;
use moneta_mips::{
    Attachment, Freeze, Holder, Holders, IssueAsset, Operation, Reason, RegistryView, Rights,
    ScriptDigest, Tier,
};

use super::*;
use crate::testing::{Mint, Purse, gold};

const BOTH: Rights = Rights::FREEZE.union(Rights::COMPLIANCE);

/// Gold under both rights, 12,500 units of it at Bob, and an ORDER on that coin.
fn ordered() -> (Mint, Purse, OutPoint) {
    let powers = BOTH.union(Rights::MINT);
    let (mut mint, bob) = (
        Mint::of(IssueAsset {
            powers,
            ..gold(None)
        }),
        Purse::new(2),
    );
    mint.send(&bob.script(0), 12_500);
    let coin = mint.gold_of(&bob)[0].outpoint;
    let order = Request::Freeze(Freeze {
        asset: mint.gold,
        targets: vec![coin].into(),
        tier: Tier::Order,
        stop: mint.world.next_height.saturating_add(5_000),
        reason: Reason::CourtOrder,
        jurisdiction: *b"CH",
        document: [7; 32],
    });
    mint.world.perform(&mut mint.issuer, &order);
    (mint, bob, coin)
}

fn force(mint: &Mint, coin: OutPoint, to: &Purse) -> Request {
    Request::ForceTransfer {
        asset: mint.gold,
        from: BTreeMap::from([(coin, 12_500)]),
        to: to.script(0),
    }
}

#[test]
fn an_order_is_lifted_with_both_rights_though_they_sit_on_two_coins() {
    let (mut mint, _, coin) = ordered();
    let mut officers = Purse::new(4);
    mint.world.fund(&officers, 1_000_000);
    for rights in [Rights::FREEZE, Rights::COMPLIANCE] {
        let asset = mint.gold;
        mint.world
            .grant(&officers, Attachment::Authority { asset, rights });
    }
    mint.world.next_height = mint.world.next_height.next();
    let asset = mint.gold;
    let lift = |rights| Request::Unfreeze {
        asset,
        targets: vec![coin].into(),
        rights,
    };
    let alone = mint
        .world
        .plan(&officers, &lift(Rights::FREEZE))
        .expect("a plan");
    let alone = mint.world.sign(&officers, &alone.psbt);
    let refused = mint.world.check(&alone).expect_err("one officer of two");
    assert_eq!(refused.code(), "mip0001.order_stands");

    let plan = mint.world.perform(&mut officers, &lift(BOTH));
    let roles = plan.envelope.expect("an envelope").allocations;
    assert_eq!(roles.len(), 2, "each coin comes back with its own right");
    let record = mint.world.registry.freeze(&mint.gold, &coin).expect("kept");
    assert!(!record.holds_at(mint.world.next_height));
}

#[test]
fn units_go_to_whom_the_court_names_and_the_coin_stays() {
    let (mut mint, bob, coin) = ordered();
    let heir = Purse::new(5);
    let early = mint.world.plan(&mint.issuer, &force(&mint, coin, &heir));
    let early = mint.world.sign(&mint.issuer, &early.expect("a plan").psbt);
    let refused = mint.world.check(&early).expect_err("a day has not passed");
    assert_eq!(refused.code(), "mip0001.order_too_young");

    mint.world.next_height = mint.world.next_height.saturating_add(1_440);
    let request = force(&mint, coin, &heir);
    let plan = mint.world.perform(&mut mint.issuer, &request);
    let envelope = plan.envelope.expect("an envelope");
    assert!(matches!(
        envelope.operations[..],
        [Operation::ForceTransfer { .. }]
    ));
    let inputs = &plan.psbt.unsigned_tx.input;
    assert!(inputs.iter().all(|input| input.previous_output != coin));
    let held = Attachment::Asset {
        id: mint.gold,
        amount: 12_500,
    };
    assert_eq!(mint.gold_of(&heir)[0].coin.attachment, Some(held));
    let seizure = mint.world.registry.seizure(&mint.gold, &coin);
    assert_eq!(seizure.expect("on record").taken_in, plan.txid);
    assert!(
        mint.world
            .coins_of(&bob)
            .iter()
            .any(|one| one.outpoint == coin)
    );

    let said = mint.world.read(&mint.issuer, &plan.psbt);
    let said = said.explain(moneta_mips::Lang::En).join(" ");
    assert!(
        said.contains("by force") && said.contains("12.500"),
        "{said}"
    );
}

#[test]
fn change_of_an_asset_for_enrolled_holders_goes_back_to_its_script() {
    let powers = Rights::ENROL.union(Rights::MINT);
    let asset = IssueAsset {
        powers,
        holders: Holders::Enrolled,
        initial: 0,
        ..gold(None)
    };
    let mut mint = Mint::of(asset);
    let (mut bob, carol) = (Purse::new(2), Purse::new(3));
    mint.world.fund(&bob, 100_000);
    let stop = mint.world.next_height.saturating_add(1_000);
    for script in [bob.script(0), bob.script(1), carol.script(0)] {
        mint.world.enrol(
            mint.gold,
            Holder {
                script: ScriptDigest::of(&script),
                commitment: [1; 32],
                expiry: stop,
            },
        );
    }
    for (place, amount) in [(0, 100), (1, 200)] {
        let paid = Request::Mint {
            asset: mint.gold,
            amount,
            to: Some(bob.script(place)),
        };
        mint.world.perform(&mut mint.issuer, &paid);
    }
    let send = Request::Send {
        asset: mint.gold,
        to: carol.script(0),
        amount: 250,
    };
    // The rules refuse units on a script that nobody enrolled: that it is mined says that none got any.
    let plan = mint.world.perform(&mut bob, &send);
    assert_eq!(plan.change_used, 1, "for grains only");
    let left = mint.gold_of(&bob);
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].coin.output.script_pubkey, bob.script(0));
}
