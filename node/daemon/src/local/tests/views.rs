//! A view stays at its tip, whatever the chain does.
use std::sync::Arc;

use moneta_chain::Height;
use moneta_node_api::{NodeApi, NodeView};
use moneta_store::Durability;

use super::fixture::{Fixture, anyone_else};

/// Two nodes with the same coins.
async fn twins() -> (Fixture, Fixture) {
    let one = Fixture::with_coins(3).await;
    let two = Fixture::fresh();
    two.follow(&one).await;
    (one, two)
}

async fn ids(view: &Arc<dyn NodeView>) -> Vec<Option<bitcoin::BlockHash>> {
    let mut ids = Vec::new();
    for height in 0..=view.tip().height.to_u32() + 2 {
        ids.push(view.block_id_at(Height::new(height)).await);
    }
    ids
}

#[tokio::test]
async fn a_view_answers_as_it_did_when_the_chain_turns_between_two_reads() {
    let (one, two) = twins().await;
    let paid = one.coinbase(1).await;
    let payment = one.pay(&[paid], 2, 1_000).await;
    one.submit(&payment).await.unwrap();
    one.mine(3).await;
    let waiting = one.pay(&[one.coinbase(2).await], 1, 1_000).await;
    one.submit(&waiting).await.unwrap();
    let made = bitcoin::OutPoint::new(payment.compute_txid(), 0);

    let view = one.node.view().await;
    let (tip, before) = (view.tip(), ids(&view).await);
    assert!(view.coin(made).await.is_some() && view.coin(paid).await.is_none());
    let height = two.height().await;
    for id in two.node.mine(5, anyone_else()).await.unwrap() {
        one.node.submit_block(two.block(id).await).await.unwrap();
    }
    // The node has moved to a branch without the payment.
    assert_eq!(one.node.tip().await, two.node.tip().await);
    assert!(one.node.coin(made).await.is_none() && one.node.coin(paid).await.is_some());
    // The view has not.
    assert_eq!(view.tip(), tip);
    assert_eq!(ids(&view).await, before);
    assert!(before[before.len() - 3].is_some() && before[before.len() - 2..] == [None, None]);
    assert!(view.coin(made).await.is_some() && view.coin(paid).await.is_none());
    let pooled: Vec<_> = view
        .mempool()
        .entries
        .iter()
        .map(|entry| entry.txid)
        .collect();
    assert_eq!(pooled, [waiting.compute_txid()]);
    // Both know where the branches parted.
    let parted = Some(two.node.block_id_at(Height::new(height)).await.unwrap());
    assert_eq!(view.block_id_at(Height::new(height)).await, parted);
    assert_eq!(one.node.view().await.tip(), two.node.tip().await);
}

#[tokio::test]
async fn a_view_sees_steps_that_are_not_durable_and_stays_when_they_are() {
    let (one, two) = twins().await;
    let paid = two.coinbase(1).await;
    let payment = two.pay(&[paid], 2, 1_000).await;
    two.submit(&payment).await.unwrap();
    let id = two.mine(1).await[0];
    let made = bitcoin::OutPoint::new(payment.compute_txid(), 0);
    let before = one.node.view().await;
    let block = two.block(id).await;
    one.node
        .accept_block(block, Durability::Soon)
        .await
        .unwrap();
    let between = one.node.view().await;
    one.node.flush().await.unwrap();
    let spent = two.pay(&[made], 1, 1_000).await;
    two.submit(&spent).await.unwrap();
    let id = two.mine(1).await[0];
    one.node.submit_block(two.block(id).await).await.unwrap();
    for (view, has_paid, has_made) in [
        (before, true, false),
        (between, false, true),
        (one.node.view().await, false, false),
    ] {
        assert_eq!(view.coin(paid).await.is_some(), has_paid);
        assert_eq!(view.coin(made).await.is_some(), has_made);
    }
}
