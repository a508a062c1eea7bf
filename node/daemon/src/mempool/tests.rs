//! Order, families and choice within the pool, on made-up transactions that no rule has seen.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bitcoin::absolute::LockTime;
use bitcoin::hashes::Hash;
use bitcoin::{
    Amount, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, Witness, transaction,
};
use moneta_node_api::MempoolEntry;

use super::pool::Pooled;
use super::{Mempool, PoolError, Room};

const WIDE: Room = Room {
    weight: 4_000_000,
    sigop_cost: 80_000,
};

struct Made {
    pool: Mempool,
    serial: u8,
}

impl Made {
    fn new() -> Self {
        Self {
            pool: Mempool::default(),
            serial: 0,
        }
    }

    /// Adds a transaction that spends output 0 of each parent, or a coin of its own if there is none.
    fn add(&mut self, parents: &[Txid], fee: u64) -> Txid {
        self.serial += 1;
        let own = Txid::from_byte_array([self.serial; 32]);
        let vout = u32::from(self.serial);
        let outpoints: Vec<OutPoint> = match parents {
            [] => vec![OutPoint::new(own, 0)],
            parents => parents
                .iter()
                .map(|txid| OutPoint::new(*txid, vout))
                .collect(),
        };
        let tx = Transaction {
            version: transaction::Version::TWO,
            lock_time: LockTime::ZERO,
            input: outpoints.into_iter().map(spend).collect(),
            output: vec![TxOut {
                value: Amount::from_sat(u64::from(self.serial)),
                script_pubkey: ScriptBuf::new(),
            }],
        };
        let txid = tx.compute_txid();
        let entry = MempoolEntry {
            txid,
            vsize: tx.vsize() as u64,
            transaction: Arc::new(tx),
            spent: Vec::new(),
            attachments: BTreeMap::new(),
            fee: Amount::from_sat(fee),
            arrived: 0,
        };
        let pooled = Pooled {
            entry: Arc::new(entry),
            freezes: Vec::new(),
            sigop_cost: 4,
        };
        self.pool.insert(pooled, Vec::new());
        txid
    }

    fn selected(&self, room: Room) -> Vec<Txid> {
        self.pool
            .select(room)
            .iter()
            .map(|tx| tx.compute_txid())
            .collect()
    }
}

fn spend(previous_output: OutPoint) -> TxIn {
    TxIn {
        previous_output,
        script_sig: ScriptBuf::new(),
        sequence: Sequence::MAX,
        witness: Witness::new(),
    }
}

#[test]
fn who_pays_most_per_byte_goes_first_and_who_came_first_on_a_tie() {
    let mut made = Made::new();
    let (low, high, same) = (made.add(&[], 100), made.add(&[], 900), made.add(&[], 100));
    assert_eq!(made.selected(WIDE), [high, low, same]);
}

#[test]
fn a_child_that_pays_well_takes_its_poor_parent_along() {
    let mut made = Made::new();
    let poor = made.add(&[], 10);
    let middling = made.add(&[], 400);
    let rich = made.add(&[poor], 2_000);
    assert_eq!(made.selected(WIDE), [poor, rich, middling]);
}

#[test]
fn a_parent_that_goes_alone_leaves_its_child_to_its_own_fee() {
    let mut made = Made::new();
    let rich = made.add(&[], 5_000);
    let poor = made.add(&[rich], 10);
    let middling = made.add(&[], 400);
    assert_eq!(made.selected(WIDE), [rich, middling, poor]);
}

#[test]
fn parents_always_come_before_children() {
    let mut made = Made::new();
    let mut txids = Vec::new();
    for index in 0..60_usize {
        let parents: Vec<Txid> = txids
            .iter()
            .rev()
            .step_by(7)
            .take(index % 4)
            .copied()
            .collect();
        txids.push(made.add(&parents, (index as u64 * 7919) % 1_000));
    }
    let selected = made.selected(WIDE);
    assert_eq!(selected.len(), 60);
    for (position, txid) in selected.iter().enumerate() {
        let tx = &made.pool.get(txid).unwrap().entry.transaction;
        for input in &tx.input {
            let parent = selected
                .iter()
                .position(|id| *id == input.previous_output.txid);
            assert!(parent.is_none_or(|parent| parent < position));
        }
    }
}

#[test]
fn a_block_is_never_fuller_than_its_room() {
    let mut made = Made::new();
    let first = made.add(&[], 900);
    made.add(&[first], 800);
    let last = made.add(&[], 700);
    let weight = made
        .pool
        .get(&first)
        .unwrap()
        .entry
        .transaction
        .weight()
        .to_wu();
    let two = Room {
        weight: 2 * weight,
        ..WIDE
    };
    assert_eq!(made.selected(two).len(), 2);
    let one = Room {
        sigop_cost: 7,
        ..WIDE
    };
    assert_eq!(made.selected(one), [first]);
    assert_eq!(
        made.selected(Room {
            weight: weight - 1,
            ..WIDE
        }),
        []
    );
    assert_eq!(made.selected(WIDE).last(), Some(&last));
}

#[test]
fn what_stands_on_a_removed_transaction_goes_with_it_and_nothing_else() {
    let mut made = Made::new();
    let root = made.add(&[], 10);
    let other = made.add(&[], 10);
    let child = made.add(&[root], 10);
    made.add(&[child, other], 10);
    made.pool.remove_with_descendants(&root);
    let left: Vec<Txid> = made
        .pool
        .snapshot()
        .entries
        .iter()
        .map(|entry| entry.txid)
        .collect();
    assert_eq!(left, [other]);
    assert_eq!(made.pool.snapshot().spenders.len(), 1);
    assert_eq!(made.pool.vsize, made.pool.get(&other).unwrap().entry.vsize);
}

#[test]
fn the_revision_changes_with_every_change_and_only_then() {
    let mut made = Made::new();
    let start = made.pool.revision();
    let txid = made.add(&[], 10);
    let after = made.pool.revision();
    assert_ne!(after, start);
    made.pool.snapshot();
    assert_eq!(made.pool.revision(), after);
    made.pool.remove_with_descendants(&txid);
    assert_ne!(made.pool.revision(), after);
    assert_eq!(made.pool.snapshot().revision, made.pool.revision());
}

#[test]
fn a_full_pool_lets_the_cheapest_go_for_who_pays_more() {
    let mut made = Made::new();
    let (cheap, dear, middling) = (made.add(&[], 60), made.add(&[], 900), made.add(&[], 300));
    let vsize = made.pool.get(&dear).unwrap().entry.vsize;
    made.pool.max_vsize = 3 * vsize;
    let room_for = |fee: u64, size: u64, ancestors: &[Txid]| {
        let mut evicts = BTreeSet::new();
        let ancestors = ancestors.iter().copied().collect();
        made.pool
            .make_room(fee, size, &ancestors, &mut evicts)
            .map(|()| evicts.into_iter().collect::<Vec<Txid>>())
    };
    assert_eq!(room_for(61, vsize, &[]), Ok(vec![cheap]));
    let refused = room_for(60, vsize, &[]);
    assert!(matches!(refused, Err(PoolError::Full { .. })));
    // What the new one stands on can't go.
    assert_eq!(room_for(301, vsize, &[cheap]), Ok(vec![middling]));
    let both = room_for(1_000, 2 * vsize, &[]).unwrap();
    assert_eq!(both.len(), 2);
    assert!(!both.contains(&dear));
}

#[test]
fn of_equals_the_youngest_goes_and_removal_leaves_no_trace() {
    let mut made = Made::new();
    let (first, second) = (made.add(&[], 60), made.add(&[], 60));
    let vsize = made.pool.vsize;
    made.pool.max_vsize = vsize;
    let mut evicts = BTreeSet::new();
    made.pool
        .make_room(61, vsize / 2, &BTreeSet::new(), &mut evicts)
        .unwrap();
    assert_eq!(evicts, BTreeSet::from([second]));
    made.pool.remove_with_descendants(&first);
    made.pool.remove_with_descendants(&second);
    assert!(made.pool.by_rate.is_empty());
    assert_eq!(made.pool.vsize, 0);
}
