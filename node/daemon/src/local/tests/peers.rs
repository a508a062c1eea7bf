//! What peers send: orphans that wait for their parents, and what peers are told.
use bitcoin::{Amount, OutPoint, Transaction};
use moneta_node_api::NodeApi;

use super::fixture::{Fixture, spend};
use crate::{PeerTag, Relayed};

const ALICE: PeerTag = PeerTag(1);
const BOB: PeerTag = PeerTag(2);

/// A chain of payments from one coin, each on the one before, none of them submitted.
async fn chain_of(fixture: &Fixture, height: u32, fees: &[u64]) -> Vec<Transaction> {
    let mut coin = fixture.coinbase(height).await;
    let mut value = fixture.value(coin).await;
    let mut chain = Vec::new();
    for fee in fees {
        value -= fee;
        let tx = spend(&[coin], &[Amount::from_sat(value)]);
        coin = OutPoint::new(tx.compute_txid(), 0);
        chain.push(tx);
    }
    chain
}

async fn offer(fixture: &Fixture, peer: PeerTag, tx: &Transaction) -> Relayed {
    fixture.node.submit_from_peer(peer, tx.clone()).await
}

fn ids(relayed: &Relayed) -> Vec<bitcoin::Txid> {
    match relayed {
        Relayed::Accepted(announcements) => announcements.iter().map(|one| one.txid).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn orphans_come_in_with_the_last_of_their_parents() {
    let fixture = Fixture::with_coins(1).await;
    let chain = chain_of(&fixture, 1, &[1_000, 1_000, 1_000]).await;
    let txids: Vec<_> = chain.iter().map(Transaction::compute_txid).collect();
    for index in [2, 1] {
        let expected = Relayed::Orphan {
            missing: vec![txids[index - 1]],
        };
        assert_eq!(offer(&fixture, ALICE, &chain[index]).await, expected);
        assert!(fixture.node.has_transaction(&chain[index].compute_wtxid()));
    }
    assert_eq!(fixture.node.mempool_info().await.orphans, 2);
    assert_eq!(fixture.pooled().await, []);
    assert_eq!(ids(&offer(&fixture, BOB, &chain[0]).await), txids);
    assert_eq!(fixture.pooled().await, txids);
    assert_eq!(fixture.node.mempool_info().await.orphans, 0);
    assert_eq!(offer(&fixture, BOB, &chain[2]).await, Relayed::Known);
}

#[tokio::test]
async fn an_orphan_comes_in_when_its_parent_is_in_a_block() {
    let fixture = Fixture::with_coins(1).await;
    let chain = chain_of(&fixture, 1, &[1_000, 1_000]).await;
    let other = Fixture::fresh();
    other.follow(&fixture).await;
    offer(&fixture, ALICE, &chain[1]).await;
    other.submit(&chain[0]).await.unwrap();
    let id = other.mine(1).await[0];
    let block = other.block(id).await;
    fixture.node.submit_block(block).await.unwrap();
    assert_eq!(fixture.pooled().await, [chain[1].compute_txid()]);
}

#[tokio::test]
async fn a_parent_that_pays_too_little_comes_in_with_an_orphan_that_pays_for_it() {
    let fixture = Fixture::with_coins(1).await;
    let chain = chain_of(&fixture, 1, &[0, 2_000]).await;
    offer(&fixture, ALICE, &chain[1]).await;
    let accepted = offer(&fixture, ALICE, &chain[0]).await;
    let txids: Vec<_> = chain.iter().map(Transaction::compute_txid).collect();
    assert_eq!(ids(&accepted), txids);
}

#[tokio::test]
async fn what_is_refused_is_no_orphan_and_what_a_peer_sent_goes_with_it() {
    let fixture = Fixture::with_coins(1).await;
    let chain = chain_of(&fixture, 1, &[1_000, 1_000]).await;
    let mut unsigned = chain[0].clone();
    unsigned.input[0].witness.clear();
    match offer(&fixture, ALICE, &unsigned).await {
        Relayed::Refused(rejection) => assert_eq!(rejection.code, "tx.script_failed"),
        other => panic!("{other:?}"),
    }
    offer(&fixture, ALICE, &chain[1]).await;
    fixture.node.forget_peer(BOB).await;
    assert_eq!(fixture.node.mempool_info().await.orphans, 1);
    fixture.node.forget_peer(ALICE).await;
    assert_eq!(fixture.node.mempool_info().await.orphans, 0);
}

#[tokio::test]
async fn peers_are_told_what_waits_and_what_it_pays() {
    let fixture = Fixture::with_coins(1).await;
    let chain = chain_of(&fixture, 1, &[1_000, 3_000]).await;
    for tx in &chain {
        fixture.submit(tx).await.unwrap();
    }
    let inventory = fixture.node.inventory();
    assert_eq!(inventory.len(), 2);
    for (told, (tx, fee)) in inventory.iter().zip(chain.iter().zip([1_000, 3_000])) {
        assert_eq!(told.txid, tx.compute_txid());
        assert_eq!(told.wtxid, tx.compute_wtxid());
        assert_eq!(told.fee_per_kvb, fee * 1_000 / tx.vsize() as u64);
        let by_txid = fixture.node.waiting_by_txid(&told.txid).unwrap();
        let by_wtxid = fixture.node.waiting_by_wtxid(&told.wtxid).unwrap();
        assert_eq!((&*by_txid, &*by_wtxid), (tx, tx));
    }
    assert_eq!(fixture.node.fee_filter(), 1_000);
}
