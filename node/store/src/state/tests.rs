//! Apply and undo are exact, whatever the blocks do.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bitcoin::hashes::Hash;
use bitcoin::{
    Amount, BlockHash, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, Witness,
    absolute, transaction,
};
use moneta_chain::Height;
use moneta_consensus::{CoinView, ValidTransaction, is_coin};
use moneta_disk::MemoryFolder;
use moneta_kv::Options;
use moneta_mips::{
    Asset, AssetId, Attachment, Change, FreezeRecord, Holders, Identity, IdentityId, Reason,
    Rights, Tier,
};
use proptest::prelude::*;

use super::{Applied, ChainState, StateDigest};
use crate::Durability;

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

/// A block of a test: what it holds and what it does.
struct Block {
    height: Height,
    transactions: Vec<Transaction>,
    effects: Vec<ValidTransaction>,
}

impl Block {
    fn new(height: u32, transactions: Vec<Transaction>, effects: Vec<ValidTransaction>) -> Self {
        Self {
            height: Height::new(height),
            transactions,
            effects,
        }
    }

    fn applied(&self) -> Applied<'_> {
        let id = |height: u32| BlockHash::hash(&height.to_le_bytes());
        Applied {
            id: id(self.height.to_u32()),
            height: self.height,
            parent: id(self.height.to_u32() - 1),
            transactions: &self.transactions,
            effects: &self.effects,
        }
    }
}

fn genesis() -> ChainState {
    ChainState::in_memory().expect("memory does not fail")
}

fn apply(state: &mut ChainState, block: &Block) {
    let applied = state.apply(&block.applied(), None, Durability::Now);
    applied.expect("memory does not fail");
}

fn undo(state: &mut ChainState, block: &Block) {
    let undone = state.undo(&block.applied(), Durability::Now);
    undone.expect("memory does not fail");
}

/// Whether a step goes to the store at once, waits in memory, or waits there and is settled with those before it.
#[derive(Debug, Clone, Copy)]
enum Way {
    Now,
    Waits,
    Settled,
}

fn way() -> impl Strategy<Value = Way> {
    prop_oneof![Just(Way::Now), Just(Way::Waits), Just(Way::Settled)]
}

impl Way {
    fn durability(self) -> Durability {
        match self {
            Self::Now => Durability::Now,
            Self::Waits | Self::Settled => Durability::Soon,
        }
    }

    fn settle(self, state: &mut ChainState) {
        if matches!(self, Self::Settled) {
            state.settle().expect("memory does not fail");
        }
    }
}

/// All that can be seen of a state.
type Seen = (StateDigest, u64, u32, Option<(BlockHash, Height)>);

fn seen(state: &ChainState) -> Seen {
    let digest = state.view().digest([]).expect("memory is whole");
    assert_eq!(
        state.records().expect("memory is whole").len() as u64,
        u64::from(state.record_count())
    );
    (
        digest,
        state.coin_count(),
        state.record_count(),
        state.tip(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn undoing_every_block_leads_back_through_every_state(
        blocks in prop::collection::vec((way(), prop::collection::vec(sketch(), 1..6)), 1..12),
        back in prop::collection::vec(way(), 12),
    ) {
        let mut state = genesis();
        let mut twin = genesis();
        let mut passed = vec![seen(&state)];
        let mut done = Vec::new();
        let mut serial = 0;
        let mut coins: BTreeSet<OutPoint> = BTreeSet::new();
        for (height, (way, sketches)) in (1..).zip(&blocks) {
            let mut unspent: Vec<OutPoint> = coins.iter().copied().collect();
            let (txs, effects): (Vec<_>, Vec<_>) = sketches
                .iter()
                .map(|sketch| transaction(sketch, &mut unspent, &state, &mut serial))
                .unzip();
            let block = Block::new(height, txs, effects);
            let applied = state.apply(&block.applied(), None, way.durability());
            applied.expect("memory does not fail");
            // Waiting in memory or not makes no difference to whoever looks.
            apply(&mut twin, &block);
            prop_assert_eq!(seen(&state), seen(&twin));
            way.settle(&mut state);
            for (tx, effect) in block.transactions.iter().zip(&block.effects) {
                for input in &tx.input {
                    coins.remove(&input.previous_output);
                }
                let made = (0_u32..).zip(&tx.output).filter(|(_, output)| is_coin(output));
                coins.extend(made.map(|(vout, _)| OutPoint::new(effect.txid, vout)));
            }
            prop_assert_eq!(state.coin_count(), coins.len() as u64);
            passed.push(seen(&state));
            done.push(block);
        }
        passed.pop();
        for way in back.iter().cycle() {
            let Some(block) = done.pop() else { break };
            let undone = state.undo(&block.applied(), way.durability());
            undone.expect("memory does not fail");
            prop_assert_eq!(Some(seen(&state)), passed.pop());
            way.settle(&mut state);
        }
    }
}

#[test]
fn steps_that_wait_are_not_on_disk_until_they_are_settled_and_then_all_of_them() {
    let folder = Arc::new(MemoryFolder::default());
    let open = || {
        let options = Options {
            threads: false,
            ..Options::new((1, 2))
        };
        ChainState::open(folder.clone(), options).expect("memory does not fail")
    };
    let mut state = open();
    let mut serial = 0;
    let mut block = |height, state: &ChainState| {
        let sketch = Sketch {
            takes: Vec::new(),
            makes: vec![(7, Some(3)), (8, None)],
        };
        let (tx, effect) = transaction(&sketch, &mut Vec::new(), state, &mut serial);
        Block::new(height, vec![tx], vec![effect])
    };
    let first = block(1, &state);
    apply(&mut state, &first);
    let durable = seen(&state);
    for height in 2..10 {
        let next = block(height, &state);
        let applied = state.apply(&next.applied(), None, Durability::Soon);
        applied.expect("memory does not fail");
        assert!(state.waiting() > 0);
    }
    drop(state);
    let mut state = open();
    assert_eq!(seen(&state), durable);
    for height in 2..10 {
        let next = block(height, &state);
        let applied = state.apply(&next.applied(), None, Durability::Soon);
        applied.expect("memory does not fail");
    }
    let all = seen(&state);
    state.settle().expect("memory does not fail");
    assert_eq!(state.waiting(), 0);
    drop(state);
    assert_eq!(seen(&open()), all);
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
    let first = effect(&made, Vec::new());
    let mut with_coin = genesis();
    apply(
        &mut with_coin,
        &Block::new(1, vec![made.clone()], vec![first.clone()]),
    );
    let coin = with_coin.coin(&outpoint).expect("made");

    let mut state = genesis();
    let before = seen(&state);
    let second = effect(&taken, vec![coin]);
    let block = Block::new(1, vec![made, taken], vec![first, second]);
    apply(&mut state, &block);
    assert_eq!(state.coin(&outpoint), None);
    assert_eq!(state.coin_count(), 1);
    undo(&mut state, &block);
    assert_eq!(seen(&state), before);
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
        ordered: None,
        contested: None,
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
    let mut state = genesis();
    let mut passed = vec![seen(&state).0];
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
        let block = Block::new(height, vec![tx], vec![effect]);
        apply(&mut state, &block);
        passed.push(seen(&state).0);
        blocks.push(block);
    }
    let distinct: BTreeSet<_> = passed.iter().collect();
    // The last change forgets a freeze, which leaves a state that was not there before either.
    assert_eq!(distinct.len(), passed.len());
    while let Some(block) = blocks.pop() {
        assert_eq!(passed.pop(), Some(seen(&state).0));
        undo(&mut state, &block);
    }
    assert_eq!(seen(&state), seen(&genesis()));
}

#[test]
fn the_digest_sees_every_field_of_a_coin() {
    let digest = |value, script: &[u8], height, input, held: Option<Attachment>| {
        let tx = Transaction {
            version: transaction::Version::TWO,
            lock_time: absolute::LockTime::ZERO,
            input: vec![spend(input)],
            output: vec![TxOut {
                value: Amount::from_sat(value),
                script_pubkey: ScriptBuf::from_bytes(script.to_vec()),
            }],
        };
        let effect = ValidTransaction {
            // Not the real id: what varies is the coin behind one and the same outpoint.
            txid: Txid::from_byte_array([9; 32]),
            spent: Vec::new(),
            attachments: held.map(|held| (0, held)).into_iter().collect(),
            changes: Vec::new(),
            fee: Amount::ZERO,
        };
        let mut state = genesis();
        apply(&mut state, &Block::new(height, vec![tx], vec![effect]));
        seen(&state).0
    };
    let (coinbase, spender) = (OutPoint::null(), OutPoint::new(Txid::all_zeros(), 0));
    let held = || Some(attachment(1));
    let digests = BTreeSet::from([
        seen(&genesis()).0,
        digest(7, b"s", 1, coinbase, held()),
        digest(8, b"s", 1, coinbase, held()),
        digest(7, b"t", 1, coinbase, held()),
        digest(7, b"s", 2, coinbase, held()),
        digest(7, b"s", 1, spender, held()),
        digest(7, b"s", 1, coinbase, None),
        digest(7, b"s", 1, coinbase, Some(attachment(2))),
        digest(7, b"s", 1, coinbase, Some(attachment(5))),
    ]);
    assert_eq!(digests.len(), 9);
}

#[test]
fn a_state_opens_again_where_it_stood() {
    let folder = Arc::new(MemoryFolder::default());
    let options = Options {
        memory: 4_000,
        threads: false,
        ..Options::new((1, 2))
    };
    let open = || ChainState::open(folder.clone(), options).expect("memory does not fail");
    let mut state = open();
    let mut serial = 0;
    for height in 1..40 {
        let sketch = Sketch {
            takes: Vec::new(),
            makes: vec![(7, Some(3)), (8, None)],
        };
        let (tx, effect) = transaction(&sketch, &mut Vec::new(), &state, &mut serial);
        apply(&mut state, &Block::new(height, vec![tx], vec![effect]));
        let before = seen(&state);
        drop(state);
        state = open();
        assert_eq!(seen(&state), before);
    }
}
