//! Order, families and choice within the pool.
use std::collections::BTreeSet;

use bitcoin::Txid;

use super::super::admit::Candidate;
use super::super::{PoolError, Room};
use super::{Made, WIDE, pooled, transaction};

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
    made.remove(&root);
    let left: Vec<Txid> = made
        .pool
        .snapshot()
        .entries
        .iter()
        .map(|entry| entry.txid)
        .collect();
    assert_eq!(left, [other]);
    assert_eq!(made.pool.snapshot().spenders.len(), 1);
    let left = made.pool.get(&other).unwrap();
    assert_eq!((made.pool.total, made.pool.memory), (left.own, left.memory));
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
    made.remove(&txid);
    assert_ne!(made.pool.revision(), after);
    assert_eq!(made.pool.snapshot().revision, made.pool.revision());
}

/// Says whether one with this fee, that stands on these, would find room.
fn room_for(made: &Made, fee: u64, parents: &[Txid]) -> Result<(), PoolError> {
    let coins = parents
        .iter()
        .map(|txid| bitcoin::OutPoint::new(*txid, 200));
    let tx = transaction(coins.chain([bitcoin::OutPoint::null()]).take(1), 200);
    let candidate = Candidate {
        ancestors: made.pool.ancestors(&tx),
        pooled: pooled(tx, fee, 4),
        changes: Vec::new(),
        replaces: BTreeSet::new(),
        freezes_out: BTreeSet::new(),
    };
    made.pool.check_room(std::slice::from_ref(&candidate))
}

#[test]
fn a_full_pool_takes_only_what_pays_more_than_the_package_it_pushes_out() {
    let mut made = Made::new();
    let poor = made.add(&[], 60);
    made.add(&[poor], 900);
    let middling = made.add(&[], 300);
    made.pool.max_memory = made.pool.memory;
    // The poor one is not the cheapest: its child pays for it. That is what goes last.
    assert_eq!(room_for(&made, 301, &[]), Ok(()));
    let refused = room_for(&made, 300, &[]);
    assert!(matches!(refused, Err(PoolError::Full { .. })));
    // What the new one stands on can't go for it.
    let refused = room_for(&made, 301, &[middling]);
    assert!(matches!(refused, Err(PoolError::Full { .. })));
    assert_eq!(room_for(&made, 2_000, &[middling]), Ok(()));
}

#[test]
fn trimming_takes_the_cheapest_package_and_raises_the_minimum() {
    const T: u64 = 1_800_000_000;
    let mut made = Made::new();
    let poor = made.add(&[], 60);
    let child = made.add(&[poor], 900);
    let middling = made.add(&[], 300);
    let vsize = made.pool.get(&middling).unwrap().own.vsize;
    assert_eq!(made.pool.min_fee(T).to_grains_per_kvb(), 1_000);
    made.pool.max_memory = made.pool.memory - 1;
    made.pool.trim(T);
    assert!(made.pool.get(&middling).is_none());
    assert!(made.pool.get(&child).is_some());
    let paid = (300_u64 * 1_000).div_ceil(vsize);
    assert_eq!(made.pool.min_fee(T).to_grains_per_kvb(), paid + 1_000);
    // The other package goes whole, and leaves no trace.
    made.pool.max_memory = 0;
    made.pool.trim(T);
    assert_eq!(made.pool.memory, 0);
    assert_eq!(made.pool.total, Default::default());
    assert!(made.pool.by_keeping.is_empty() && made.pool.by_mining.is_empty());
    let removals = made.pool.removals(0);
    assert_eq!(removals.len(), 3);
    assert!(
        removals
            .iter()
            .all(|one| one.reason.code() == "mempool.size_limit")
    );
}

#[test]
fn of_equals_the_youngest_goes_first() {
    let mut made = Made::new();
    let (first, second) = (made.add(&[], 60), made.add(&[], 60));
    made.pool.max_memory = made.pool.memory - 1;
    made.pool.trim(0);
    assert!(made.pool.get(&first).is_some());
    assert!(made.pool.get(&second).is_none());
}

#[test]
fn what_nobody_pays_for_any_more_is_swept_out() {
    let mut made = Made::new();
    let poor = made.add(&[], 0);
    let child = made.add(&[poor], 900);
    let also_poor = made.add(&[poor], 200);
    made.pool.sweep();
    assert_eq!(made.pool.iter().count(), 3);
    made.remove(&child);
    made.pool.sweep();
    assert!(made.pool.get(&poor).is_some(), "another child still pays");
    made.remove(&also_poor);
    made.pool.sweep();
    assert_eq!(made.pool.iter().count(), 0);
    let last = made.pool.removals(2);
    assert_eq!((last.len(), last[0].txid), (1, poor));
}
