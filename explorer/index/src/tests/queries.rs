//! What views answer about owners, assets, freezes and documents.
use bitcoin::OutPoint;
use moneta_chain::Height;
use moneta_mips::{AssetId, Attachment, IdentityId, Operation, Rights};
use moneta_testkit::scripted::{
    Draft, ScriptedChain, freeze, identity, issue, lift, out_to, script_of, supply,
};

use super::{Bench, id_of, pay, reward_of, units};
use crate::{DocumentSubject, FreezeEventKind, Place, Subject};

const GOLD: u8 = 1;
const ACME: u8 = 9;
const GOLD_ID: AssetId = AssetId([GOLD; 32]);

/// Block 1: a reward to owner 1. Block 2: acme registers and issues 100 GOLD to owner 2, 30 to owner 3.
fn gold_chain() -> (ScriptedChain, OutPoint) {
    let mut chain = ScriptedChain::new();
    let reward = reward_of(&chain.mine(1));
    let registration = identity(&chain, ACME, "acme");
    let issued = issue(&chain, GOLD, "GOLD", Some(ACME), 130);
    let id = IdentityId([ACME; 32]);
    let right = Attachment::Authority {
        asset: GOLD_ID,
        rights: Rights::FREEZE,
    };
    let txid = chain.add(Draft {
        inputs: vec![reward],
        outputs: vec![
            (out_to(2, 1_000), units(GOLD, 100)),
            (out_to(3, 1_000), units(GOLD, 30)),
            (out_to(1, 1_000), Some(right)),
            (out_to(1, 1_000), Some(Attachment::Identity { id })),
        ],
        changes: vec![registration, issued],
        operations: vec![Operation::Anchor { digest: [0xaa; 32] }],
    });
    chain.mine(1);
    (chain, OutPoint::new(txid, 0))
}

#[test]
fn totals_history_and_coins_of_a_script_agree() {
    let mut chain = ScriptedChain::new();
    let first = reward_of(&chain.mine(1));
    chain.mine(1);
    let paid = chain.add(pay(&[first], &[(1, 700), (2, 300)]));
    chain.mine(4);
    let view = Bench::of(&chain).index.view().expect("a view");
    let totals = view.script_totals(&id_of(1)).expect("totals");
    assert_eq!((totals.funded_count, totals.spent_count), (3, 1));
    assert_eq!(totals.transactions, 3);
    let coins = view.script_coins(&id_of(1), None, 10).expect("coins");
    let grains: u64 = coins
        .iter()
        .map(|coin| coin.coin.output.value.to_sat())
        .sum();
    assert_eq!(totals.balance_grains(), grains);
    assert_eq!(coins.len(), 2);
    let rest = view.script_coins(&id_of(1), Some(coins[0].outpoint), 10);
    assert_eq!(rest.expect("coins"), coins[1..]);

    let history = view.script_history(&id_of(1), None, 10).expect("a history");
    let heights: Vec<u32> = history
        .iter()
        .map(|entry| entry.place.height.to_u32())
        .collect();
    assert_eq!(heights, [3, 2, 1]);
    assert_eq!(history[0].txid, paid);
    let older = view.script_history(&id_of(1), Some(history[0].place), 1);
    assert_eq!(older.expect("a history"), history[1..2]);

    let spend = view.spend_of(&first).expect("a look-up").expect("spent");
    assert_eq!((spend.txid, spend.vin), (paid, 0));
    assert!(view.coin(&first).expect("a look-up").is_none());
    let coin = view.coin(&OutPoint::new(paid, 1)).expect("a look-up");
    assert_eq!(coin.expect("unspent").coin.output, out_to(2, 300));
}

#[test]
fn a_transaction_carries_all_that_a_page_needs() {
    let (chain, coin) = gold_chain();
    let view = Bench::of(&chain).index.view().expect("a view");
    let found = view
        .transaction(&coin.txid)
        .expect("a look-up")
        .expect("known");
    assert_eq!(
        found.place,
        Place {
            height: Height::new(2),
            position: 1
        }
    );
    assert_eq!(found.block, chain.tip().id);
    assert_eq!(found.spent.len(), 1);
    assert_eq!(found.attachments.len(), 4);
    assert_eq!(found.fee, chain.tip().transactions[1].fee);
    let latest = view.latest_transactions(None, 2).expect("a list");
    assert_eq!(latest[0].txid, coin.txid);
    let txids = view.txids_of_block(Height::new(2), 1, 5).expect("a list");
    assert_eq!(txids, [coin.txid]);
    let blocks = view.blocks_down_from(Height::new(2), 2).expect("blocks");
    assert_eq!(blocks[0].fees, found.fee);
    assert_eq!((blocks[0].transactions, blocks[1].transactions), (2, 1));
}

#[test]
fn holders_are_listed_most_first_and_leave_when_they_hold_nothing() {
    let (mut chain, coin) = gold_chain();
    chain.add(Draft {
        inputs: vec![coin],
        outputs: vec![
            (out_to(3, 500), units(GOLD, 90)),
            (out_to(4, 500), units(GOLD, 10)),
        ],
        ..Draft::default()
    });
    chain.mine(1);
    let view = Bench::of(&chain).index.view().expect("a view");
    let holders = view.holders(&GOLD_ID, None, 10).expect("holders");
    let amounts: Vec<_> = holders
        .iter()
        .map(|holder| (holder.script.clone(), holder.amount))
        .collect();
    assert_eq!(amounts, [(script_of(3), 120), (script_of(4), 10)]);
    let after = Some((holders[0].amount, holders[0].script_id));
    assert_eq!(
        view.holders(&GOLD_ID, after, 10).expect("holders"),
        holders[1..]
    );
    let totals = view.asset_totals(&GOLD_ID).expect("totals");
    assert_eq!((totals.holders, totals.transactions), (2, 2));
    assert_eq!(
        view.holdings_of(&id_of(3), 5).expect("holdings"),
        [(GOLD_ID, 120)]
    );
    assert!(view.holdings_of(&id_of(2), 5).expect("holdings").is_empty());
}

#[test]
fn an_asset_is_found_by_its_names_and_tells_its_supply_story() {
    let (mut chain, _) = gold_chain();
    let change = supply(&chain, GOLD, 50, 20);
    chain.add(Draft {
        changes: vec![change],
        ..Draft::default()
    });
    chain.mine(1);
    let view = Bench::of(&chain).index.view().expect("a view");
    assert_eq!(
        view.asset_named("acme", "GOLD").expect("a look-up"),
        Some(GOLD_ID)
    );
    assert_eq!(view.asset_named("acme", "GOL").expect("a look-up"), None);
    assert_eq!(view.assets_of_symbol("GOLD", 5).expect("a list"), [GOLD_ID]);
    let issuer = IdentityId([ACME; 32]);
    assert_eq!(view.assets_of_issuer(&issuer, 5).expect("a list").len(), 1);
    assert_eq!(view.assets(None, 5).expect("a list")[0].supply, 160);
    let events = view.asset_events(&GOLD_ID, None, 5).expect("events");
    let story: Vec<_> = events
        .iter()
        .map(|event| (event.issued, event.minted, event.burned, event.supply_after))
        .collect();
    assert_eq!(story, [(false, 50, 20, 160), (true, 130, 0, 130)]);
    assert!(
        view.asset_events(&GOLD_ID, Some(events[1].place), 5)
            .expect("events")
            .is_empty()
    );
}

#[test]
fn role_coins_and_histories_follow_rights_and_identities() {
    let (mut chain, coin) = gold_chain();
    let identity = Subject::Identity(IdentityId([ACME; 32]));
    let moved = chain.add(Draft {
        inputs: vec![OutPoint::new(coin.txid, 3)],
        outputs: vec![(
            out_to(5, 900),
            Some(Attachment::Identity {
                id: IdentityId([ACME; 32]),
            }),
        )],
        ..Draft::default()
    });
    chain.mine(1);
    let view = Bench::of(&chain).index.view().expect("a view");
    let coins = view.role_coins(&identity, 5).expect("coins");
    assert_eq!((coins.len(), coins[0].outpoint.txid), (1, moved));
    assert_eq!(coins[0].script, script_of(5));
    let rights = view.role_coins(&Subject::Asset(GOLD_ID), 5).expect("coins");
    assert_eq!(rights[0].outpoint, OutPoint::new(coin.txid, 2));
    let history = view.subject_history(&identity, None, 5).expect("a history");
    let txids: Vec<_> = history.iter().map(|entry| entry.txid).collect();
    assert_eq!(txids, [moved, coin.txid]);
    assert_eq!(view.identities(None, 5).expect("a list")[0].handle, "acme");
}

#[test]
fn a_freeze_holds_until_its_stop_and_stays_in_the_log() {
    let (mut chain, coin) = gold_chain();
    let change = freeze(&chain, GOLD, coin, 2);
    let frozen_in = chain.add(Draft {
        changes: vec![change],
        ..Draft::default()
    });
    let bench = Bench::of(&chain);
    bench.connect(&chain.mine(1));
    for expected in [1, 1, 0] {
        let view = bench.index.view().expect("a view");
        for asset in [None, Some(&GOLD_ID)] {
            let frozen = view.frozen_coins(asset, 5).expect("a list");
            assert_eq!(frozen.len(), expected, "at {}", view.tip().height);
        }
        let freeze = view.freeze(&GOLD_ID, &coin).expect("a look-up");
        assert_eq!(freeze.is_some(), expected == 1);
        bench.connect(&chain.mine(1));
    }
    let view = bench.index.view().expect("a view");
    let log = view.freeze_events(Some(&GOLD_ID), None, 5).expect("a log");
    assert_eq!(log.len(), 1);
    assert_eq!(
        (log[0].kind, log[0].txid),
        (FreezeEventKind::Frozen, frozen_in)
    );
    let uses = view.document_uses(&[0xd0; 32], 5).expect("uses");
    assert_eq!(
        uses[0].subject,
        DocumentSubject::Freeze {
            asset: GOLD_ID,
            coin
        }
    );
}

#[test]
fn a_lifted_freeze_is_logged_and_the_coin_moves_again() {
    let (mut chain, coin) = gold_chain();
    let change = freeze(&chain, GOLD, coin, 100);
    chain.add(Draft {
        changes: vec![change],
        ..Draft::default()
    });
    chain.mine(1);
    let change = lift(&chain, GOLD, coin);
    chain.add(Draft {
        changes: vec![change],
        ..Draft::default()
    });
    chain.mine(1);
    let view = Bench::of(&chain).index.view().expect("a view");
    assert!(view.frozen_coins(None, 5).expect("a list").is_empty());
    let log = view.freeze_events(None, None, 5).expect("a log");
    let kinds: Vec<_> = log.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [FreezeEventKind::Lifted, FreezeEventKind::Frozen]);
    // The document stands where the coin was frozen, not once more where it was freed.
    assert_eq!(view.document_uses(&[0xd0; 32], 5).expect("uses").len(), 1);
}

#[test]
fn a_digest_anchored_twice_is_found_oldest_first() {
    let (mut chain, coin) = gold_chain();
    let again = chain.add(Draft {
        operations: vec![Operation::Anchor { digest: [0xaa; 32] }],
        ..Draft::default()
    });
    chain.mine(1);
    let view = Bench::of(&chain).index.view().expect("a view");
    let uses = view.document_uses(&[0xaa; 32], 5).expect("uses");
    let txids: Vec<_> = uses.iter().map(|found| found.txid).collect();
    assert_eq!(txids, [coin.txid, again]);
    assert!(
        uses.iter()
            .all(|found| found.subject == DocumentSubject::Anchor)
    );
    let terms = view.document_uses(&[GOLD; 32], 5).expect("uses");
    assert_eq!(
        terms[0].subject,
        DocumentSubject::AssetTerms { asset: GOLD_ID }
    );
}

#[test]
fn genesis_is_a_block_whose_coins_belong_to_nobody() {
    let bench = Bench::new();
    let view = bench.index.view().expect("a view");
    let genesis = view
        .block(Height::GENESIS)
        .expect("a look-up")
        .expect("there");
    let txids = view.txids_of_block(Height::GENESIS, 0, 5).expect("a list");
    assert_eq!((genesis.transactions, txids.len()), (1, 1));
    assert_eq!(genesis.median_time, genesis.header.time);
    let coin = view.coin(&OutPoint::new(txids[0], 0)).expect("a look-up");
    assert!(coin.is_none());
}
