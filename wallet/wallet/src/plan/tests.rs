//! Plans: what they spend, what they give back, and when there is none.
use bitcoin::consensus::deserialize;
use bitcoin::{Amount, OutPoint, ScriptBuf, Transaction, Weight};
use moneta_mips::{AssetId, Attachment, IdentityId, Rights, find_envelope};

use super::*;
use crate::GRAINS_ON_ATTACHED;
use crate::proofs::{asset_key, identity_key};
use crate::testing::{Mint, Purse, World, gold};

fn pay(to: &ScriptBuf, grains: u64) -> Request {
    Request::Pay {
        to: to.clone(),
        amount: Amount::from_sat(grains),
    }
}

fn refusal(world: &World, purse: &Purse, request: &Request) -> PlanError {
    world.plan(purse, request).expect_err("no plan")
}

#[test]
fn a_payment_pays_the_amount_and_gives_the_rest_back() {
    let (mut world, mut alice, bob) = (World::new(), Purse::new(1), Purse::new(2));
    world.fund(&alice, 100_000);
    let plan = world.perform(&mut alice, &pay(&bob.script(0), 30_000));
    let outputs = &plan.psbt.unsigned_tx.output;
    assert_eq!(outputs.len(), 2);
    assert_eq!(outputs[0].value, Amount::from_sat(30_000));
    assert_eq!(outputs[0].script_pubkey, bob.script(0));
    assert_eq!(outputs[1].value, Amount::from_sat(70_000) - plan.fee);
    assert_eq!((plan.envelope, plan.change_used), (None, 1));
    assert_eq!(world.coins_of(&alice).len(), 1);
}

#[test]
fn the_fee_is_the_rate_times_the_real_size_and_never_below() {
    let (mut world, alice, bob) = (World::new(), Purse::new(1), Purse::new(2));
    for _ in 0..7 {
        world.fund(&alice, 10_000);
    }
    let plan = world
        .plan(&alice, &pay(&bob.script(0), 60_000))
        .expect("a plan");
    let signed = world.sign(&alice, &plan.psbt);
    let least = alice.fee_rate.fee_wu(signed.weight()).expect("small");
    // One weight unit per input is held in reserve for signers that do not grind for a short R, and a
    // signature may turn out a byte or two shorter.
    let reserve = Weight::from_wu(signed.weight().to_wu() + 7 * 3);
    let most = alice.fee_rate.fee_wu(reserve).expect("small");
    assert!(
        least <= plan.fee && plan.fee <= most,
        "{least} {} {most}",
        plan.fee
    );
}

#[test]
fn change_that_would_be_dust_goes_to_the_miner() {
    let (mut world, alice, bob) = (World::new(), Purse::new(1), Purse::new(2));
    world.fund(&alice, 100_000);
    let exact = world
        .plan(&alice, &pay(&bob.script(0), 99_000))
        .expect("a plan");
    let outputs = exact.psbt.unsigned_tx.output.len();
    assert_eq!((outputs, exact.change_used), (2, 1));
    let near = world
        .plan(&alice, &pay(&bob.script(0), 99_500))
        .expect("a plan");
    assert_eq!(near.psbt.unsigned_tx.output.len(), 1);
    assert_eq!((near.fee, near.change_used), (Amount::from_sat(500), 0));
}

#[test]
fn confirmed_coins_go_first_and_the_largest_of_them() {
    let (mut world, alice, bob) = (World::new(), Purse::new(1), Purse::new(2));
    let (small, large, pending) = (
        world.fund(&alice, 20_000),
        world.fund(&alice, 50_000),
        world.fund(&alice, 90_000),
    );
    let mut coins = world.coins_of(&alice);
    for coin in &mut coins {
        coin.confirmed = coin.outpoint != pending;
    }
    let spent = |grains: u64| -> Vec<OutPoint> {
        let plan = plan(&pay(&bob.script(0), grains), &coins, &world.terms(&alice));
        let inputs = plan.expect("a plan").psbt.unsigned_tx.input;
        inputs.iter().map(|input| input.previous_output).collect()
    };
    assert_eq!(spent(10_000), [large]);
    assert_eq!(spent(60_000), [large, small]);
    assert_eq!(spent(100_000), [large, small, pending]);
}

#[test]
fn the_order_of_coins_and_doubles_do_not_matter() {
    let (mut world, alice, bob) = (World::new(), Purse::new(1), Purse::new(2));
    for grains in [5_000, 7_000, 7_000, 9_000] {
        world.fund(&alice, grains);
    }
    let mut coins = world.coins_of(&alice);
    let request = pay(&bob.script(0), 20_000);
    let first = plan(&request, &coins, &world.terms(&alice)).expect("a plan");
    coins.reverse();
    coins.extend(coins.clone());
    let second = plan(&request, &coins, &world.terms(&alice)).expect("a plan");
    assert_eq!(first, second);
}

#[test]
fn too_few_grains_are_counted_by_kind() {
    let (mut world, alice, bob) = (World::new(), Purse::new(1), Purse::new(2));
    let (pending, young) = (world.fund(&alice, 3_000), world.fund(&alice, 50_000));
    world.fund(&alice, 4_000);
    let mut coins = world.coins_of(&alice);
    for coin in &mut coins {
        coin.confirmed = coin.outpoint != pending;
        coin.coin.coinbase = coin.outpoint == young;
    }
    let error = plan(&pay(&bob.script(0), 40_000), &coins, &world.terms(&alice));
    let Err(PlanError::InsufficientGrains(missing)) = error else {
        panic!("{error:?}");
    };
    assert!(
        missing.need > 40_000 && missing.need < 41_000,
        "{missing:?}"
    );
    let counted = (missing.confirmed, missing.pending, missing.immature);
    assert_eq!(counted, (4_000, 3_000, 50_000));
}

#[test]
fn an_empty_wallet_says_what_it_would_take() {
    let (world, alice, bob) = (World::new(), Purse::new(1), Purse::new(2));
    let error = refusal(&world, &alice, &pay(&bob.script(0), 5_000));
    assert_eq!(error.code(), "wallet.insufficient_funds");
    let PlanError::InsufficientGrains(missing) = error else {
        panic!("{error:?}");
    };
    assert_eq!((missing.need, missing.have()), (5_000, 0));
}

#[test]
fn a_coin_that_costs_more_than_it_holds_is_never_spent() {
    let (mut world, mut alice, bob) = (World::new(), Purse::new(1), Purse::new(2));
    alice.fee_rate = bitcoin::FeeRate::from_sat_per_vb_u32(50);
    for _ in 0..20 {
        world.fund(&alice, 3_000);
    }
    let error = refusal(&world, &alice, &pay(&bob.script(0), 1_000));
    assert_eq!(error.code(), "wallet.insufficient_funds");
}

#[test]
fn amounts_and_scripts_that_make_no_sense_are_refused() {
    let (mut world, alice, bob) = (World::new(), Purse::new(1), Purse::new(2));
    world.fund(&alice, 100_000);
    let gold = AssetId([5; 32]);
    let to = bob.script(0);
    let burned = ScriptBuf::new_op_return([1]);
    let none = Request::Unfreeze {
        asset: gold,
        targets: moneta_mips::Targets::Coins(Vec::new()),
        rights: Rights::FREEZE,
    };
    let send = |amount| Request::Send {
        asset: gold,
        to: to.clone(),
        amount,
    };
    for (request, code) in [
        (pay(&to, 0), "amount.zero"),
        (send(0), "amount.zero"),
        (pay(&to, 293), "wallet.below_dust"),
        (pay(&burned, 1_000), "wallet.unspendable"),
        (none, "wallet.target_count"),
        (send(1), "wallet.insufficient_funds"),
    ] {
        let error = refusal(&world, &alice, &request);
        assert_eq!(error.code(), code, "{error}");
    }
}

#[test]
fn a_coin_with_a_false_history_is_refused() {
    let (mut world, alice, bob) = (World::new(), Purse::new(1), Purse::new(2));
    let first = world.fund(&alice, 100_000);
    world.fund(&alice, 50_000);
    let mut coins = world.coins_of(&alice);
    let other = coins.iter().find(|coin| coin.outpoint != first);
    let other = other.expect("two coins").previous.clone();
    let liar = coins.iter_mut().find(|coin| coin.outpoint == first);
    liar.expect("two coins").previous = other;
    let error = plan(&pay(&bob.script(0), 1_000), &coins, &world.terms(&alice));
    assert_eq!(error.expect_err("a lie").code(), "wallet.coin_mismatch");
}

#[test]
fn registering_and_issuing_leave_identity_units_and_rights_with_the_issuer() {
    let mint = Mint::new();
    let held: Vec<Attachment> = mint
        .world
        .coins_of(&mint.issuer)
        .into_iter()
        .filter_map(|coin| coin.coin.attachment)
        .collect();
    assert_eq!(held.len(), 3);
    for expected in [
        Attachment::Identity { id: mint.acme },
        Attachment::Asset {
            id: mint.gold,
            amount: 1_000_000,
        },
        Attachment::Authority {
            asset: mint.gold,
            rights: Rights::MINT.union(Rights::FREEZE),
        },
    ] {
        assert!(held.contains(&expected), "{expected:?}");
    }
}

#[test]
fn an_asset_moves_with_its_change_and_fees_come_from_plain_coins() {
    let (mut mint, bob) = (Mint::new(), Purse::new(2));
    let plan = mint.send(&bob.script(0), 12_500);
    let outputs = &plan.psbt.unsigned_tx.output;
    let envelope = plan.envelope.expect("it moves an asset");
    assert_eq!(envelope.allocations.len(), 2);
    assert_eq!(outputs[0].value, GRAINS_ON_ATTACHED);
    assert_eq!(outputs[0].script_pubkey, bob.script(0));
    assert!(outputs[outputs.len() - 1].script_pubkey.is_op_return());
    let amounts = |purse: &Purse| -> Vec<u64> {
        let coins = mint.gold_of(purse).into_iter();
        coins
            .filter_map(|coin| match coin.coin.attachment {
                Some(Attachment::Asset { amount, .. }) => Some(amount),
                _ => None,
            })
            .collect()
    };
    assert_eq!(amounts(&bob), [12_500]);
    assert_eq!(amounts(&mint.issuer), [987_500]);
}

#[test]
fn fragments_are_merged_into_one_change() {
    let (mut mint, mut bob) = (Mint::new(), Purse::new(2));
    mint.world.fund(&bob, 100_000);
    for amount in [100, 200, 300] {
        mint.send(&bob.script(0), amount);
    }
    let request = Request::Send {
        asset: mint.gold,
        to: mint.issuer.script(1),
        amount: 550,
    };
    mint.world.perform(&mut bob, &request);
    let left = mint.gold_of(&bob);
    assert_eq!(left.len(), 1);
    let expected = Attachment::Asset {
        id: mint.gold,
        amount: 50,
    };
    assert_eq!(left[0].coin.attachment, Some(expected));
}

#[test]
fn a_payment_never_spends_a_coin_that_holds_an_asset() {
    let (mut mint, bob) = (Mint::new(), Purse::new(2));
    mint.send(&bob.script(0), 12_500);
    let error = refusal(&mint.world, &bob, &pay(&bob.script(1), 500));
    let PlanError::InsufficientGrains(missing) = error else {
        panic!("{error:?}");
    };
    assert_eq!(missing.have(), 0);
}

#[test]
fn frozen_coins_are_named_where_they_would_be_needed_and_never_touched() {
    let (mut mint, bob) = (Mint::new(), Purse::new(2));
    mint.world.fund(&bob, 100_000);
    mint.send(&bob.script(0), 12_500);
    mint.send(&bob.script(1), 500);
    let big = mint.gold_of(&bob);
    let big = big.iter().find(|coin| {
        matches!(coin.coin.attachment, Some(Attachment::Asset { amount, .. }) if amount == 12_500)
    });
    let big = big.expect("received").outpoint;
    mint.freeze(vec![big]);
    let send = |amount| Request::Send {
        asset: mint.gold,
        to: mint.issuer.script(0),
        amount,
    };
    // What is free still moves.
    let plan = mint.world.plan(&bob, &send(500)).expect("free");
    let inputs = &plan.psbt.unsigned_tx.input;
    assert!(inputs.iter().all(|input| input.previous_output != big));
    let error = refusal(&mint.world, &bob, &send(501));
    assert_eq!(error.code(), "mip0001.coin_frozen");
    let PlanError::CoinsFrozen { free, coins, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!((*free, coins.len()), (500, 1));
    assert_eq!((coins[0].outpoint, coins[0].amount), (big, 12_500));
    assert!(error.to_string().contains(&coins[0].stop.to_string()));
    // Not even frozen coins would reach.
    let error = refusal(&mint.world, &bob, &send(13_001));
    assert_eq!(error.code(), "wallet.insufficient_funds");
    // After the freeze has lapsed they are coins like others.
    mint.world.next_height = coins_stop(&mint, &bob);
    mint.world.plan(&bob, &send(13_000)).expect("free again");
}

fn coins_stop(mint: &Mint, purse: &Purse) -> moneta_chain::Height {
    let coins = mint.gold_of(purse);
    let freeze = coins.iter().find_map(|coin| coin.frozen.clone());
    freeze.expect("frozen").stop
}

#[test]
fn unfreezing_minting_and_burning_keep_the_rights() {
    let (mut mint, bob) = (Mint::new(), Purse::new(2));
    mint.send(&bob.script(0), 12_500);
    let coin = mint.gold_of(&bob)[0].outpoint;
    mint.freeze(vec![coin]);
    let asset = mint.gold;
    let requests = [
        Request::Unfreeze {
            asset,
            targets: vec![coin, coin].into(),
            rights: Rights::FREEZE,
        },
        Request::Mint {
            asset,
            amount: 1_000,
            to: Some(bob.script(1)),
        },
        Request::Burn {
            asset,
            amount: 987_500,
        },
    ];
    for request in &requests {
        mint.world.perform(&mut mint.issuer, request);
    }
    assert!(mint.gold_of(&mint.issuer).is_empty());
    assert_eq!(mint.gold_of(&bob).len(), 2);
    let kept = mint.world.coins_of(&mint.issuer).into_iter();
    let kept = kept.filter(|coin| {
        matches!(coin.coin.attachment, Some(Attachment::Authority { rights, .. })
            if rights == Rights::MINT.union(Rights::FREEZE))
    });
    assert_eq!(kept.count(), 1);
}

#[test]
fn who_lacks_the_right_is_told_which() {
    let (mut mint, bob) = (Mint::new(), Purse::new(2));
    mint.world.fund(&bob, 100_000);
    let mint_more = Request::Mint {
        asset: mint.gold,
        amount: 1,
        to: None,
    };
    let error = refusal(&mint.world, &bob, &mint_more);
    assert_eq!(error.code(), "wallet.missing_right");
    assert!(error.to_string().contains("right to mint"), "{error}");
    let issue = Request::Issue {
        asset: gold(Some(IdentityId([9; 32]))),
        to: None,
    };
    let error = refusal(&mint.world, &bob, &issue);
    assert_eq!(error.code(), "wallet.missing_identity");
}

#[test]
fn a_role_coin_waits_one_block() {
    let mut mint = Mint::new();
    mint.freeze(vec![OutPoint::new(bitcoin::hashes::Hash::all_zeros(), 0)]);
    // As the mempool shows it: the role coin would be made by the very next block.
    let mut coins = mint.world.coins_of(&mint.issuer);
    for coin in &mut coins {
        if matches!(coin.coin.attachment, Some(Attachment::Authority { .. })) {
            coin.coin.height = mint.world.next_height;
        }
    }
    let request = Request::Mint {
        asset: mint.gold,
        amount: 1,
        to: None,
    };
    let error = plan(&request, &coins, &mint.world.terms(&mint.issuer));
    assert_eq!(error.expect_err("young").code(), "wallet.role_immature");
}

#[test]
fn the_psbt_carries_everything_an_offline_signer_needs() {
    let (mut mint, bob) = (Mint::new(), Purse::new(2));
    let psbt = mint.send(&bob.script(0), 12_500).psbt;
    for (input, txin) in psbt.inputs.iter().zip(&psbt.unsigned_tx.input) {
        let previous = input.non_witness_utxo.as_ref().expect("whole");
        assert_eq!(previous.compute_txid(), txin.previous_output.txid);
        assert!(input.witness_utxo.is_some() && input.bip32_derivation.len() == 1);
    }
    let asset: Transaction = deserialize(&psbt.proprietary[&asset_key(&mint.gold)]).expect("whole");
    assert!(find_envelope(&asset).expect("an envelope").is_some());
    assert!(psbt.proprietary.contains_key(&identity_key(&mint.acme)));
    let ours = psbt
        .outputs
        .iter()
        .filter(|out| !out.bip32_derivation.is_empty());
    assert_eq!(ours.count(), 2);
}

#[test]
fn coins_too_small_for_one_transaction_are_named_as_such() {
    let (mut world, alice, bob) = (World::new(), Purse::new(1), Purse::new(2));
    for _ in 0..1_600 {
        world.fund(&alice, 1_000);
    }
    let error = refusal(&world, &alice, &pay(&bob.script(0), 1_300_000));
    assert_eq!(error.code(), "wallet.too_heavy");
}

#[test]
fn an_anchor_moves_nothing_and_costs_only_its_fee() {
    let (mut world, mut alice) = (World::new(), Purse::new(1));
    world.fund(&alice, 10_000);
    let plan = world.perform(&mut alice, &Request::Anchor { digest: [3; 32] });
    let outputs = &plan.psbt.unsigned_tx.output;
    assert_eq!(outputs.len(), 2);
    assert_eq!(plan.registry_price, outputs[1].value);
}

#[test]
fn a_registration_is_signed_at_once_with_its_commitment_and_spends_nothing_else() {
    let (mut world, alice) = (World::new(), Purse::new(1));
    world.fund(&alice, 100_000_000);
    let request = Request::Register(crate::testing::acme());
    let plan = world.plan(&alice, &request).expect("a plan");
    let first = plan.first.as_deref().expect("a commitment");
    let (commit, register) = (&first.psbt.unsigned_tx, &plan.psbt.unsigned_tx);
    assert_eq!(register.input.len(), 1);
    let spent = OutPoint::new(commit.compute_txid(), 0);
    assert_eq!(register.input[0].previous_output, spent);
    // BIP68: one block later, and not in the same one.
    assert_eq!(
        register.input[0].sequence.to_relative_lock_time(),
        Some(bitcoin::relative::LockTime::from_height(1))
    );
    // Nothing comes back: the commitment's coin held what it takes.
    let paid: Amount = register.output.iter().map(|output| output.value).sum();
    assert_eq!(commit.output[0].value, paid + plan.fee);
    assert_eq!(register.output.len(), 2);
    let envelope = first.envelope.as_ref().expect("it commits");
    assert!(envelope.operations.is_empty());
    let handle = b"acme";
    let shown = bitcoin::consensus::serialize(commit);
    assert!(!shown.windows(handle.len()).any(|bytes| bytes == handle));
    assert!(plan.change_used > first.change_used);
}
