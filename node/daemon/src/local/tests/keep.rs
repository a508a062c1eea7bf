//! The mempool over restarts, through the file it is kept in.
use std::fs;

use bitcoin::OutPoint;
use moneta_node_api::NodeApi;

use super::fixture::{Fixture, open};

const FILE: &str = "mempool.dat";

/// A node with three payments that wait, the second on the first.
async fn with_waiting() -> Fixture {
    let fixture = Fixture::with_coins(3).await;
    let first = fixture.pay(&[fixture.coinbase(1).await], 2, 1_000).await;
    let first = fixture.submit(&first).await.unwrap();
    let child = fixture.pay(&[OutPoint::new(first, 1)], 1, 2_000).await;
    fixture.submit(&child).await.unwrap();
    let other = fixture.pay(&[fixture.coinbase(2).await], 1, 3_000).await;
    fixture.submit(&other).await.unwrap();
    fixture
}

/// Stops a node, lets `change` change its file, and starts it again.
fn changed(fixture: Fixture, change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Fixture {
    let Fixture { node, clock, dir } = fixture;
    drop(node);
    let path = dir.path().join(FILE);
    fs::write(&path, change(fs::read(&path).unwrap())).unwrap();
    let node = open(dir.path(), &clock);
    Fixture { node, clock, dir }
}

#[tokio::test]
async fn what_waits_still_waits_after_a_restart_in_its_order_and_since_when_it_came() {
    let fixture = with_waiting().await;
    let (pooled, arrived) = (
        fixture.pooled().await,
        fixture.node.mempool().await.entries[0].arrived,
    );
    fixture.clock.advance(3_600);
    let fixture = fixture.reopened();
    assert_eq!(fixture.pooled().await, pooled);
    assert_eq!(fixture.node.mempool().await.entries[0].arrived, arrived);
    fixture.mine(1).await;
    assert!(
        fixture
            .node
            .coin(OutPoint::new(pooled[1], 0))
            .await
            .is_some()
    );
    assert_eq!(fixture.reopened().pooled().await, []);
}

#[tokio::test]
async fn what_waited_too_long_meanwhile_is_left_out() {
    let fixture = with_waiting().await;
    fixture.clock.advance(336 * 3_600);
    let fixture = fixture.reopened();
    assert_eq!(fixture.pooled().await.len(), 3);
    fixture.clock.advance(1);
    assert_eq!(fixture.reopened().pooled().await, []);
}

#[tokio::test]
async fn a_saved_payment_that_a_block_ruled_out_is_left_out() {
    let fixture = with_waiting().await;
    fixture.node.save_mempool().await.unwrap();
    let path = fixture.dir.path().join(FILE);
    let saved = fs::read(&path).unwrap();
    let kept = fixture.pooled().await[2];
    // The first is replaced and mined before the file is read again.
    let rival = fixture.pay(&[fixture.coinbase(1).await], 1, 50_000).await;
    fixture.submit(&rival).await.unwrap();
    let other = Fixture::fresh();
    other.follow(&fixture).await;
    other.submit(&rival).await.unwrap();
    let id = other.mine(1).await[0];
    fixture
        .node
        .submit_block(other.block(id).await)
        .await
        .unwrap();
    let fixture = changed(fixture, |_| saved);
    assert_eq!(fixture.pooled().await, [kept]);
}

#[tokio::test]
async fn a_torn_changed_or_foreign_file_is_set_aside_and_the_node_starts_empty() {
    for change in [
        |mut bytes: Vec<u8>| {
            bytes.truncate(bytes.len() / 2);
            bytes
        },
        |mut bytes: Vec<u8>| {
            bytes[100] ^= 1;
            bytes
        },
        |_: Vec<u8>| b"a shopping list".to_vec(),
        |_: Vec<u8>| Vec::new(),
    ] {
        let fixture = changed(with_waiting().await, change);
        assert_eq!(fixture.pooled().await, []);
        assert!(fixture.dir.path().join("mempool.dat.unusable").exists());
        // And the next stop writes a good one again.
        let tx = fixture.pay(&[fixture.coinbase(3).await], 1, 1_000).await;
        let txid = fixture.submit(&tx).await.unwrap();
        assert_eq!(fixture.reopened().pooled().await, [txid]);
    }
}

#[tokio::test]
async fn a_parent_that_a_child_paid_for_comes_back_with_it() {
    let fixture = Fixture::with_coins(1).await;
    let parent = fixture.pay(&[fixture.coinbase(1).await], 1, 0).await;
    let coin = OutPoint::new(parent.compute_txid(), 0);
    let value = parent.output[0].value - bitcoin::Amount::from_sat(5_000);
    let child = super::fixture::spend(&[coin], &[value]);
    let package = vec![parent, child];
    let accepted = fixture.node.submit_package(package).await.unwrap();
    assert_eq!(fixture.reopened().pooled().await, accepted.txids);
}

#[tokio::test]
async fn a_file_that_was_tampered_with_lets_nothing_in_that_is_not_signed() {
    use super::super::super::mempool::encode;
    let fixture = with_waiting().await;
    let genesis = fixture.node.params().genesis.block_hash();
    let snapshot = fixture.node.mempool().await;
    let mut tx = bitcoin::Transaction::clone(&snapshot.entries[2].transaction);
    tx.input[0].witness.clear();
    let forged = encode(genesis, [(0, &std::sync::Arc::new(tx))].into_iter());
    let fixture = changed(fixture, |_| forged);
    assert_eq!(fixture.pooled().await, []);
}
