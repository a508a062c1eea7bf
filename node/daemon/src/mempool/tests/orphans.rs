//! Orphans: few, bounded by weight, shared fairly among peers, and gone in time.
use std::sync::Arc;

use bitcoin::hashes::Hash;
use bitcoin::{OutPoint, Transaction, Txid};

use super::super::orphans::{Orphans, PeerTag};
use super::super::policy::{MAX_ORPHAN_SECONDS, MAX_ORPHANS, MAX_ORPHANS_WEIGHT};
use super::transaction;

const T: u64 = 1_800_000_000;
const ALICE: PeerTag = PeerTag(1);
const MALLORY: PeerTag = PeerTag(2);

fn parent(number: u32) -> Txid {
    let mut bytes = [7; 32];
    bytes[..4].copy_from_slice(&number.to_le_bytes());
    Txid::from_byte_array(bytes)
}

/// An orphan that spends output 0 of each parent.
fn orphan(parents: &[u32]) -> Arc<Transaction> {
    let coins = parents
        .iter()
        .map(|number| OutPoint::new(parent(*number), 0));
    Arc::new(transaction(coins, 1))
}

fn heavy(number: u32) -> Arc<Transaction> {
    let mut tx = transaction([OutPoint::new(parent(number), 0)], 1);
    tx.input[0].witness.push(vec![0; 390_000]);
    Arc::new(tx)
}

#[test]
fn it_comes_out_with_its_parent_and_once() {
    let mut orphans = Orphans::default();
    let (one, two) = (orphan(&[1, 2]), orphan(&[2]));
    orphans.keep(Arc::clone(&one), ALICE, T);
    orphans.keep(Arc::clone(&two), MALLORY, T);
    assert!(orphans.contains(&one.compute_wtxid()));
    assert!(orphans.take_children(&parent(3)).is_empty());
    let taken = orphans.take_children(&parent(2));
    assert_eq!(taken, [(ALICE, one), (MALLORY, two)]);
    assert_eq!(orphans.len(), 0);
    assert!(orphans.take_children(&parent(1)).is_empty());
}

#[test]
fn who_sends_many_pushes_out_its_own() {
    let mut orphans = Orphans::default();
    let honest = orphan(&[0]);
    orphans.keep(Arc::clone(&honest), ALICE, T);
    for number in 1..1_000 {
        orphans.keep(orphan(&[number]), MALLORY, T);
        assert!(orphans.len() <= MAX_ORPHANS);
    }
    assert_eq!(orphans.len(), MAX_ORPHANS);
    assert!(orphans.contains(&honest.compute_wtxid()));
    // Sending what an honest peer sent, too, takes nothing from that peer.
    orphans.keep(Arc::clone(&honest), MALLORY, T);
    for number in 1_000..2_000 {
        orphans.keep(orphan(&[number]), MALLORY, T);
    }
    assert!(orphans.contains(&honest.compute_wtxid()));
}

#[test]
fn all_together_weigh_no_more_than_they_may() {
    let mut orphans = Orphans::default();
    for number in 0..40 {
        orphans.keep(heavy(number), MALLORY, T);
    }
    let weight = heavy(0).weight().to_wu();
    assert_eq!(orphans.len() as u64, MAX_ORPHANS_WEIGHT / weight);
    assert!(!orphans.contains(&heavy(0).compute_wtxid()));
    assert!(orphans.contains(&heavy(39).compute_wtxid()));
}

#[test]
fn it_is_forgotten_with_the_last_peer_that_sent_it_and_when_its_time_is_up() {
    let mut orphans = Orphans::default();
    let (both, one) = (orphan(&[1]), orphan(&[2]));
    orphans.keep(Arc::clone(&both), ALICE, T);
    orphans.keep(Arc::clone(&both), MALLORY, T);
    orphans.keep(Arc::clone(&one), MALLORY, T);
    orphans.forget(MALLORY);
    assert_eq!(orphans.len(), 1);
    orphans.expire(T + MAX_ORPHAN_SECONDS);
    assert!(orphans.contains(&both.compute_wtxid()));
    orphans.expire(T + MAX_ORPHAN_SECONDS + 1);
    assert_eq!(orphans.len(), 0);
}

#[test]
fn a_block_settles_what_spends_its_coins_and_readies_what_spends_from_it() {
    let mut orphans = Orphans::default();
    let (rival, child) = (orphan(&[1, 5]), orphan(&[2]));
    orphans.keep(Arc::clone(&rival), ALICE, T);
    orphans.keep(Arc::clone(&child), ALICE, T);
    orphans.settle(&[OutPoint::new(parent(1), 1)]);
    assert_eq!(orphans.len(), 2, "another coin of the same parent");
    orphans.settle(&[OutPoint::new(parent(5), 0)]);
    assert!(!orphans.contains(&rival.compute_wtxid()));
    orphans.adopt(&parent(2));
    assert_eq!(orphans.take_ready(), [(ALICE, child)]);
    assert!(orphans.take_ready().is_empty());
}
