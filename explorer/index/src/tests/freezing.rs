//! Freezes of scripts and of whole assets, and units taken by force.
use bitcoin::hashes::Hash;
use bitcoin::{OutPoint, Txid};
use moneta_chain::Height;
use moneta_mips::{
    AssetId, Attachment, Change, Entry, FreezeRecord, Key, Reason, Record, ScriptDigest, Seizure,
    Target, Tier,
};
use moneta_testkit::scripted::{Draft, ScriptedChain, issue, out_to, script_of};

use super::{Bench, id_of, reward_of, units};

const GOLD: AssetId = AssetId([1; 32]);

/// 100 GOLD at owner 2, by the transaction that is returned.
fn gold_chain() -> (ScriptedChain, OutPoint) {
    let mut chain = ScriptedChain::new();
    let reward = reward_of(&chain.mine(1));
    let issued = issue(&chain, 1, "GOLD", None, 100);
    let txid = chain.add(Draft {
        inputs: vec![reward],
        outputs: vec![(out_to(2, 1_000), units(1, 100)), (out_to(1, 5_000), None)],
        changes: vec![issued],
        ..Draft::default()
    });
    chain.mine(1);
    (chain, OutPoint::new(txid, 0))
}

fn record(stop: u32) -> FreezeRecord {
    FreezeRecord {
        tier: Tier::Order,
        start: Height::new(1),
        stop: Height::new(stop),
        reason: Reason::CourtOrder,
        jurisdiction: *b"CH",
        document: [7; 32],
        frozen_in: Txid::all_zeros(),
        ordered: Some(Height::new(1)),
        contested: None,
    }
}

fn put(key: Key, record: Record) -> Change {
    Change::Record(Box::new(Entry {
        key,
        before: None,
        after: Some(record),
    }))
}

fn taken(coin: OutPoint) -> (Key, Seizure) {
    let seizure = Seizure {
        taken_at: Height::new(3),
        taken_in: Txid::all_zeros(),
    };
    (Key::Seizure { asset: GOLD, coin }, seizure)
}

#[test]
fn a_coin_is_frozen_by_its_script_and_by_a_pause_whichever_holds_longest() {
    let (mut chain, coin) = gold_chain();
    let script = ScriptDigest::of(&script_of(2));
    let frozen = Key::ScriptFreeze {
        asset: GOLD,
        script,
    };
    chain.add(Draft {
        changes: vec![
            put(frozen, Record::ScriptFreeze(record(9))),
            put(Key::Pause(GOLD), Record::Pause(record(6))),
        ],
        ..Draft::default()
    });
    chain.mine(1);
    let bench = Bench::of(&chain);
    for (tip, stops, wide) in [(3, Some(9), 2), (6, Some(9), 1), (8, None, 0)] {
        while bench.index.view().expect("a view").tip().height < Height::new(tip) {
            bench.connect(&chain.mine(1));
        }
        let view = bench.index.view().expect("a view");
        let unspent = view.coin(&coin).expect("a look-up").expect("unspent");
        let freeze = view.freeze_of(&coin, &unspent.coin).expect("a look-up");
        assert_eq!(
            freeze.map(|(_, freeze)| freeze.stop.to_u32()),
            stops,
            "at {tip}"
        );
        let asked = [None, Some(&GOLD), Some(&AssetId([2; 32]))];
        let found = asked.map(|asset| view.wide_freezes(asset, 5).expect("a list").len());
        assert_eq!(found, [wide, wide, 0], "at {tip}");
        // Nothing names the coin itself.
        assert!(view.freeze(&GOLD, &coin).expect("a look-up").is_none());
        let all = view.freeze_on(&Target::All { asset: GOLD });
        assert_eq!(all.expect("a look-up").is_some(), wide == 2);
    }
}

#[test]
fn units_that_were_taken_count_for_whoever_has_them_now() {
    let (mut chain, coin) = gold_chain();
    let (key, seizure) = taken(coin);
    let bench = Bench::of(&chain);
    let before = bench.dump();
    // By force: the coin is no input.
    chain.add(Draft {
        outputs: vec![(out_to(5, 1_000), units(1, 100))],
        changes: vec![put(key.clone(), Record::Seizure(seizure))],
        ..Draft::default()
    });
    bench.connect(&chain.mine(1));
    let view = bench.index.view().expect("a view");
    let holders = view.holders(&GOLD, None, 5).expect("holders");
    assert_eq!(
        holders
            .iter()
            .map(|one| (one.script.clone(), one.amount))
            .collect::<Vec<_>>(),
        [(script_of(5), 100)]
    );
    let empty = view.coin(&coin).expect("a look-up").expect("unspent");
    assert_eq!(empty.coin.attachment, None);
    assert_eq!(empty.taken.map(|taken| taken.asset), Some(GOLD));
    assert_eq!(
        view.script_coins(&id_of(2), None, 5).expect("coins"),
        [empty]
    );

    // Its holder spends the grains that are left.
    let spent = chain.add(Draft {
        inputs: vec![coin],
        outputs: vec![(out_to(2, 400), None)],
        changes: vec![Change::Record(Box::new(Entry {
            key,
            before: Some(Record::Seizure(seizure)),
            after: None,
        }))],
        ..Draft::default()
    });
    bench.connect(&chain.mine(1));
    let view = bench.index.view().expect("a view");
    assert!(view.holdings_of(&id_of(2), 5).expect("holdings").is_empty());
    assert_eq!(view.asset_totals(&GOLD).expect("totals").holders, 1);
    let shown = view.transaction(&spent).expect("a look-up").expect("known");
    assert_eq!(shown.spent[0].attachment, None::<Attachment>);
    assert!(view.taken_from(&coin).expect("a look-up").is_some());

    for _ in 0..2 {
        bench.disconnect(&chain.take_back());
    }
    assert_eq!(bench.dump(), before);
}
