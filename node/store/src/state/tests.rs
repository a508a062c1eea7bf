//! Apply and undo are exact, whatever the blocks do.
use std::collections::{BTreeMap, BTreeSet};

use bitcoin::hashes::Hash;
use bitcoin::{
    Amount, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, Witness, absolute,
    transaction,
};
use moneta_chain::Height;
use moneta_consensus::{CoinView, ValidTransaction};
use moneta_mips::{
    Asset, AssetId, Attachment, Change, FreezeRecord, Holders, Identity, IdentityId, Reason,
    Rights, Tier,
};
use proptest::prelude::*;

use super::ChainState;

/// What a random transaction does: which unspent coins it takes, and what it makes.
#[derive(Debug, Clone)]
struct Sketch {
    takes: Vec<prop::sample::Index>,
    makes: Vec<(u64, Option<u64>)>,
}

fn sketch() -> impl Strategy<Value = Sketch> {
    let take = prop::collection::vec(any::<prop::sample::Index>(), 0..3);
    let make = prop::collection::vec((0_u64..1_000, prop::option::of(1_u64..50)), 1..4);
    (take, make).prop_map(|(takes, makes)| Sketch { takes, makes })
}

fn attachment(units: u64) -> Attachment {
    let id = AssetId([u8::try_from(units % 7).expect("below 7"); 32]);
    if units.is_multiple_of(5) {
        let rights = Rights::FREEZE;
        return Attachment::Authority { asset: id, rights };
    }
    Attachment::Asset { id, amount: units }
}

/// Makes a transaction of `sketch` that spends coins of `unspent`; the first of a block is its coinbase.
fn transaction(
    sketch: &Sketch,
    unspent: &mut Vec<OutPoint>,
    state: &ChainState,
    serial: &mut u32,
) -> (Transaction, ValidTransaction) {
    let mut input = Vec::new();
    let mut spent = Vec::new();
    for take in &sketch.takes {
        // Only coins that stand in the state: spends within a block have a test of their own.
        if unspent.is_empty() {
            break;
        }
        let outpoint = unspent.swap_remove(take.index(unspent.len()));
        spent.push(state.coin(&outpoint).expect("unspent"));
        input.push(outpoint);
    }
    if input.is_empty() {
        input.push(OutPoint::null());
    }
    *serial += 1;
    let tx = Transaction {
        version: transaction::Version::TWO,
        lock_time: absolute::LockTime::from_consensus(*serial),
        input: input.into_iter().map(spend).collect(),
        output: sketch.makes.iter().map(|(value, _)| pay(*value)).collect(),
    };
    let attachments = (0_u32..)
        .zip(&sketch.makes)
        .filter_map(|(vout, (_, units))| Some((vout, attachment((*units)?))))
        .collect();
    let effect = ValidTransaction {
        txid: tx.compute_txid(),
        spent,
        attachments,
        changes: Vec::new(),
        fee: Amount::ZERO,
    };
    (tx, effect)
}

fn spend(previous_output: OutPoint) -> TxIn {
    TxIn {
        previous_output,
        script_sig: ScriptBuf::new(),
        sequence: Sequence::MAX,
        witness: Witness::new(),
    }
}

fn pay(value: u64) -> TxOut {
    let script_pubkey = if value.is_multiple_of(10) {
        ScriptBuf::new_op_return([1, 2, 3])
    } else {
        ScriptBuf::from_bytes(value.to_le_bytes().to_vec())
    };
    TxOut {
        value: Amount::from_sat(value),
        script_pubkey,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn undoing_every_block_leads_back_through_every_state(
        blocks in prop::collection::vec(prop::collection::vec(sketch(), 1..6), 1..12),
    ) {
        let mut state = ChainState::new();
        let mut passed = vec![(state.clone(), state.digest())];
        let mut done = Vec::new();
        let mut serial = 0;
        for (height, sketches) in (1..).zip(&blocks) {
            let mut unspent: Vec<OutPoint> = state.coins.keys().copied().collect();
            unspent.sort_unstable();
            let (txs, effects): (Vec<_>, Vec<_>) = sketches
                .iter()
                .map(|sketch| transaction(sketch, &mut unspent, &state, &mut serial))
                .unzip();
            state.apply(Height::new(height), &txs, &effects);
            passed.push((state.clone(), state.digest()));
            done.push((txs, effects));
        }
        passed.pop();
        while let Some((txs, effects)) = done.pop() {
            state.undo(&txs, &effects);
            let (before, digest) = passed.pop().expect("one state more than blocks");
            prop_assert_eq!(state.digest(), digest);
            prop_assert_eq!(&state, &before);
        }
    }
}

#[test]
fn a_coin_made_and_spent_in_one_block_leaves_nothing_and_undoes_to_nothing() {
    let made = Transaction {
        version: transaction::Version::TWO,
        lock_time: absolute::LockTime::ZERO,
        input: vec![spend(OutPoint::null())],
        output: vec![pay(7)],
    };
    let outpoint = OutPoint::new(made.compute_txid(), 0);
    let taken = Transaction {
        input: vec![spend(outpoint)],
        output: vec![pay(3)],
        ..made.clone()
    };
    let effect = |tx: &Transaction, spent| ValidTransaction {
        txid: tx.compute_txid(),
        spent,
        attachments: BTreeMap::new(),
        changes: Vec::new(),
        fee: Amount::ZERO,
    };
    let mut with_coin = ChainState::new();
    let first = effect(&made, Vec::new());
    with_coin.apply(
        Height::new(1),
        std::slice::from_ref(&made),
        std::slice::from_ref(&first),
    );
    let coin = with_coin.coin(&outpoint).expect("made");

    let mut state = ChainState::new();
    let effects = [first, effect(&taken, vec![coin])];
    let txs = [made, taken];
    state.apply(Height::new(1), &txs, &effects);
    assert_eq!(state.coin(&outpoint), None);
    assert_eq!(state.coin_count(), 1);
    state.undo(&txs, &effects);
    assert_eq!(state, ChainState::new());
}

fn asset(supply: u64) -> Asset {
    Asset {
        id: AssetId([1; 32]),
        symbol: "GOLD".into(),
        issuer: Some(IdentityId([2; 32])),
        decimals: 3,
        supply,
        burned: 0,
        cap: 1_000,
        powers: Rights::FREEZE,
        holders: Holders::Open,
        name: "Gold".into(),
        contract_hash: [3; 32],
        issued_in: Txid::from_byte_array([4; 32]),
        issued_at: Height::new(1),
    }
}

fn freeze(stop: u32) -> FreezeRecord {
    FreezeRecord {
        tier: Tier::Emergency,
        start: Height::new(2),
        stop: Height::new(stop),
        reason: Reason::CourtOrder,
        jurisdiction: *b"CH",
        document: [5; 32],
        frozen_in: Txid::from_byte_array([6; 32]),
    }
}

#[test]
fn registry_changes_are_in_the_digest_and_undo_to_where_they_began() {
    let coin = OutPoint::new(Txid::from_byte_array([7; 32]), 0);
    let identity = Identity {
        id: IdentityId([2; 32]),
        handle: "acme".into(),
        document: "{}".into(),
        recovery: [0; 32],
        registered_in: Txid::from_byte_array([8; 32]),
        registered_at: Height::new(1),
    };
    let frozen = |before, after| Change::Freeze {
        asset: AssetId([1; 32]),
        coin,
        before,
        after,
    };
    let supplied = |before: Option<u64>, after| Change::Asset {
        before: before.map(|supply| Box::new(asset(supply))),
        after: Box::new(asset(after)),
    };
    let changes = [
        Change::Identity {
            after: Box::new(identity),
        },
        supplied(None, 10),
        frozen(None, Some(freeze(50))),
        supplied(Some(10), 20),
        frozen(Some(freeze(50)), Some(freeze(3))),
        frozen(Some(freeze(3)), None),
    ];
    let mut state = ChainState::new();
    let mut passed = vec![state.digest()];
    let mut blocks = Vec::new();
    for (height, change) in (1..).zip(changes) {
        let tx = Transaction {
            version: transaction::Version::TWO,
            lock_time: absolute::LockTime::from_consensus(height),
            input: vec![spend(OutPoint::null())],
            output: Vec::new(),
        };
        let effect = ValidTransaction {
            txid: tx.compute_txid(),
            spent: Vec::new(),
            attachments: BTreeMap::new(),
            changes: vec![change],
            fee: Amount::ZERO,
        };
        let (txs, effects) = (vec![tx], vec![effect]);
        state.apply(Height::new(height), &txs, &effects);
        passed.push(state.digest());
        blocks.push((txs, effects));
    }
    let distinct: BTreeSet<_> = passed.iter().collect();
    // The last change forgets a freeze, which leaves a state that was not there before either.
    assert_eq!(distinct.len(), passed.len());
    while let Some((txs, effects)) = blocks.pop() {
        assert_eq!(passed.pop(), Some(state.digest()));
        state.undo(&txs, &effects);
    }
    assert_eq!(state, ChainState::new());
}

#[test]
fn the_digest_sees_every_field_of_a_coin() {
    let tx = Transaction {
        version: transaction::Version::TWO,
        lock_time: absolute::LockTime::ZERO,
        input: vec![spend(OutPoint::null())],
        output: vec![pay(7)],
    };
    let effect = ValidTransaction {
        txid: tx.compute_txid(),
        spent: Vec::new(),
        attachments: BTreeMap::from([(0, attachment(1))]),
        changes: Vec::new(),
        fee: Amount::ZERO,
    };
    let mut state = ChainState::new();
    state.apply(Height::new(1), &[tx], &[effect]);
    let variant = |change: fn(&mut moneta_mips::Coin)| {
        let mut state = state.clone();
        change(state.coins.values_mut().next().expect("one coin"));
        state.digest()
    };
    let mut digests = vec![
        state.digest(),
        ChainState::new().digest(),
        variant(|coin| coin.output.value += Amount::ONE_SAT),
        variant(|coin| coin.output.script_pubkey = ScriptBuf::new()),
        variant(|coin| coin.height = Height::new(2)),
        variant(|coin| coin.coinbase = false),
        variant(|coin| coin.attachment = None),
        variant(|coin| coin.attachment = Some(attachment(2))),
        variant(|coin| coin.attachment = Some(attachment(5))),
    ];
    let mut renamed = state.clone();
    let coin = renamed.coins.values().next().cloned().expect("one coin");
    renamed.coins = [(OutPoint::new(Txid::all_zeros(), 0), coin)].into();
    digests.push(renamed.digest());
    let count = digests.len();
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(digests.len(), count);
}
