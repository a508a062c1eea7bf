//! What peers are told: transactions as they come in from any hand, and filters of blocks.
use bitcoin::bip158::{BlockFilter, FilterHeader};
use bitcoin::hashes::Hash;
use bitcoin::{OutPoint, Txid};
use moneta_chain::{Height, Params, SealedBlock};
use moneta_node_api::NodeApi;
use moneta_p2p::{PeerId, TransactionVerdict};

use super::super::fixture::{Fixture, anyone};
use super::{Port, chain_of};

const ALICE: PeerId = PeerId(1);

fn arrived(port: &Port) -> Vec<Txid> {
    port.arrivals().iter().map(|notice| notice.txid).collect()
}

#[tokio::test]
async fn what_comes_into_the_pool_from_any_hand_is_told_once() {
    let fixture = Fixture::with_coins(4).await;
    let port = fixture.node.network_port();
    assert_eq!(arrived(&port), []);
    let first = fixture.pay(&[fixture.coinbase(1).await], 1, 1_000).await;
    let first_id = fixture.submit(&first).await.unwrap();
    let parent = fixture.pay(&[fixture.coinbase(2).await], 1, 1_000).await;
    fixture.submit(&parent).await.unwrap();
    let child = fixture
        .pay(&[OutPoint::new(parent.compute_txid(), 0)], 1, 1_000)
        .await;
    let package = vec![parent.clone(), child.clone()];
    // The parent waits already; whatever the pool says to that, the child is told of once it waits.
    if fixture.node.submit_package(package).await.is_err() {
        fixture.submit(&child).await.unwrap();
    }
    let told = arrived(&port);
    assert_eq!(
        told,
        [first_id, parent.compute_txid(), child.compute_txid()]
    );
    assert_eq!(arrived(&port), []);
    // What a peer sent is told in the answer.
    let second = fixture.pay(&[fixture.coinbase(3).await], 1, 1_000).await;
    match port.accept_transaction(ALICE, second.clone()) {
        TransactionVerdict::Accepted(notices) => {
            assert_eq!(notices.len(), 1);
            assert_eq!(notices[0].wtxid, second.compute_wtxid());
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(arrived(&port), []);
    assert_eq!(
        port.accept_transaction(ALICE, second.clone()),
        TransactionVerdict::Known
    );
    assert!(port.has_txid(&second.compute_txid()) && port.has_wtxid(&second.compute_wtxid()));
    assert_eq!(port.inventory().len(), 4);
    let mut waiting = 0;
    port.each_waiting(&mut |wtxid, tx| {
        assert_eq!(*wtxid, tx.compute_wtxid());
        waiting += 1;
    });
    assert_eq!(waiting, 4);
    // What left before anybody asked is not told of.
    let third = fixture.pay(&[fixture.coinbase(4).await], 1, 1_000).await;
    fixture.submit(&third).await.unwrap();
    fixture.mine(1).await;
    assert_eq!(arrived(&port), []);
    assert!(port.has_txid(&third.compute_txid()), "it is confirmed");
    assert!(port.has_wtxid(&third.compute_wtxid()));
    assert_eq!(port.by_wtxid(&third.compute_wtxid()), None);
}

/// A parent and a child that spends it; the parent is not submitted.
async fn family(fixture: &Fixture) -> [bitcoin::Transaction; 2] {
    let parent = fixture.pay(&[fixture.coinbase(1).await], 1, 1_000).await;
    let value = parent.output[0].value - bitcoin::Amount::from_sat(1_000);
    let coin = OutPoint::new(parent.compute_txid(), 0);
    let child = super::super::fixture::spend(&[coin], &[value]);
    [parent, child]
}

#[tokio::test]
async fn an_orphan_that_a_block_frees_is_told_of() {
    let fixture = Fixture::with_coins(1).await;
    let port = fixture.node.network_port();
    let [parent, child] = family(&fixture).await;
    let missing = vec![parent.compute_txid()];
    assert_eq!(
        port.accept_transaction(ALICE, child.clone()),
        TransactionVerdict::Orphan { missing }
    );
    let other = Fixture::fresh();
    other.follow(&fixture).await;
    other.submit(&parent).await.unwrap();
    let block = other.block(other.mine(1).await[0]).await;
    fixture.node.submit_block(block).await.unwrap();
    assert_eq!(arrived(&port), [child.compute_txid()]);
}

#[tokio::test]
async fn an_orphan_whose_parent_comes_with_another_branch_is_told_of() {
    let fixture = Fixture::with_coins(1).await;
    let port = fixture.node.network_port();
    let [parent, child] = family(&fixture).await;
    let other = Fixture::fresh();
    other.follow(&fixture).await;
    other.submit(&parent).await.unwrap();
    let rival = other.mine(2).await;
    fixture.node.mine(1, anyone()).await.unwrap();
    port.accept_transaction(ALICE, child.clone());
    for id in rival {
        let block = other.block(id).await;
        fixture.node.submit_block(block).await.unwrap();
    }
    assert_eq!(fixture.digest().await, other.digest().await);
    assert_eq!(arrived(&port), [child.compute_txid()]);
}

#[tokio::test]
async fn filters_of_every_block_follow_one_another_also_after_a_restart() {
    let fixture = Fixture::with_coins(1).await;
    let tx = fixture.pay(&[fixture.coinbase(1).await], 3, 1_000).await;
    fixture.submit(&tx).await.unwrap();
    fixture.mine(1).await;
    let blocks = chain_of(&fixture).await;
    let fixture = fixture.reopened();
    let port = fixture.node.network_port();
    let mut before = FilterHeader::all_zeros();
    let genesis = Params::dev().genesis.block_hash();
    let ids = std::iter::once(genesis).chain(blocks.iter().map(SealedBlock::id));
    for (height, id) in (0..).map(Height::new).zip(ids) {
        let filter: BlockFilter = port.filter(&id).unwrap();
        before = filter.filter_header(&before);
        assert_eq!(port.filter_header(height), Some(before));
        assert_eq!(
            port.filter_hash(height).map(|hash| hash.to_byte_array()),
            Some(bitcoin::hashes::sha256d::Hash::hash(&filter.content).to_byte_array())
        );
    }
    let last = blocks.last().unwrap();
    let filter = port.filter(&last.id()).unwrap();
    let script = anyone();
    let found = filter.match_any(&last.id(), &mut [script.as_bytes()].into_iter());
    assert!(
        found.unwrap(),
        "the coin that was spent and those that were made"
    );
    assert_eq!(port.filter_header(Height::new(1_000)), None);
}
