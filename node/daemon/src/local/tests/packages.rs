//! A child with its parents: weighed together, let in together or not at all.
use bitcoin::{OutPoint, Transaction, Txid};
use moneta_node_api::NodeApi;

use super::fixture::Fixture;

async fn submit(fixture: &Fixture, package: &[&Transaction]) -> Result<Vec<Txid>, String> {
    let package = package.iter().copied().cloned().collect();
    let submitted = fixture.node.submit_package(package).await;
    submitted
        .map(|accepted| accepted.txids)
        .map_err(|rejection| rejection.code)
}

/// A parent with this fee, and a child that spends its output 0 with that fee. They can't be asked of the node, as
/// neither waits.
async fn family(fixture: &Fixture, height: u32, fees: [u64; 2]) -> [Transaction; 2] {
    let parent = fixture
        .pay(&[fixture.coinbase(height).await], 2, fees[0])
        .await;
    let coin = OutPoint::new(parent.compute_txid(), 0);
    let value = parent.output[0].value - bitcoin::Amount::from_sat(fees[1]);
    let child = super::fixture::spend(&[coin], &[value]);
    [parent, child]
}

#[tokio::test]
async fn a_child_pays_for_a_parent_that_pays_nothing() {
    let fixture = Fixture::with_coins(1).await;
    let [parent, child] = family(&fixture, 1, [0, 1_000]).await;
    assert_eq!(fixture.submit(&parent).await, Err("tx.fee_too_low".into()));
    let txids = submit(&fixture, &[&parent, &child]).await.unwrap();
    assert_eq!(txids, [parent.compute_txid(), child.compute_txid()]);
    assert_eq!(fixture.pooled().await, txids);
    // Again is fine; and mined it is fine, too.
    assert_eq!(submit(&fixture, &[&parent, &child]).await, Ok(txids));
    fixture.mine(1).await;
    assert_eq!(fixture.pooled().await, []);
    let coin = OutPoint::new(child.compute_txid(), 0);
    assert!(fixture.node.coin(coin).await.is_some());
}

#[tokio::test]
async fn together_they_pay_enough_or_neither_comes_in() {
    let fixture = Fixture::with_coins(1).await;
    let [parent, child] = family(&fixture, 1, [0, 0]).await;
    let least = (parent.vsize() + child.vsize()) as u64;
    let [parent, child] = family(&fixture, 1, [0, least - 1]).await;
    assert_eq!(
        submit(&fixture, &[&parent, &child]).await,
        Err("tx.fee_too_low".into())
    );
    assert_eq!(fixture.pooled().await, []);
    let [parent, child] = family(&fixture, 1, [0, least]).await;
    submit(&fixture, &[&parent, &child]).await.unwrap();
}

#[tokio::test]
async fn a_parent_that_pays_well_does_not_pay_for_its_child() {
    let fixture = Fixture::with_coins(1).await;
    let [parent, child] = family(&fixture, 1, [50_000, 10]).await;
    assert_eq!(
        submit(&fixture, &[&parent, &child]).await,
        Err("tx.fee_too_low".into())
    );
    assert_eq!(fixture.pooled().await, []);
}

#[tokio::test]
async fn a_bad_transaction_keeps_the_whole_package_out_and_is_named() {
    let fixture = Fixture::with_coins(1).await;
    let [parent, mut child] = family(&fixture, 1, [1_000, 1_000]).await;
    child.input[0].witness.clear();
    let package = vec![parent, child.clone()];
    let refused = fixture.node.submit_package(package).await.unwrap_err();
    assert_eq!(refused.code, "tx.script_failed");
    assert!(refused.detail.contains(&child.compute_txid().to_string()));
    assert_eq!(fixture.pooled().await, []);
}

#[tokio::test]
async fn a_package_is_a_child_with_its_parents_in_order() {
    let fixture = Fixture::with_coins(2).await;
    let [parent, child] = family(&fixture, 1, [1_000, 1_000]).await;
    let stranger = fixture.pay(&[fixture.coinbase(2).await], 1, 1_000).await;
    for package in [
        vec![&child, &parent],
        vec![&stranger, &parent, &child],
        vec![&parent, &parent, &child],
    ] {
        assert_eq!(
            submit(&fixture, &package).await,
            Err("policy.package_shape".into())
        );
    }
    assert_eq!(
        submit(&fixture, &[]).await,
        Err("policy.package_count".into())
    );
    let many = vec![&parent; 26];
    assert_eq!(
        submit(&fixture, &many).await,
        Err("policy.package_count".into())
    );
    let mut heavy = [parent.clone(), child.clone()];
    for tx in &mut heavy {
        tx.input[0].witness.push(vec![0; 210_000]);
    }
    assert_eq!(
        submit(&fixture, &[&heavy[0], &heavy[1]]).await,
        Err("policy.package_too_heavy".into())
    );
    assert_eq!(fixture.pooled().await, []);
}

#[tokio::test]
async fn two_of_a_package_do_not_spend_one_coin_nor_one_that_waits() {
    let fixture = Fixture::with_coins(1).await;
    let coin = fixture.coinbase(1).await;
    let [parent, child] = family(&fixture, 1, [1_000, 9_000]).await;
    let mut rival = child.clone();
    rival
        .input
        .push(super::fixture::spend(&[coin], &[]).input[0].clone());
    assert_eq!(
        submit(&fixture, &[&parent, &rival]).await,
        Err("tx.mempool_conflict".into())
    );
    let waits = fixture.pay(&[coin], 1, 1_000).await;
    fixture.submit(&waits).await.unwrap();
    assert_eq!(
        submit(&fixture, &[&parent, &child]).await,
        Err("tx.mempool_conflict".into())
    );
    assert_eq!(fixture.pooled().await, [waits.compute_txid()]);
}

#[tokio::test]
async fn a_child_alone_may_replace_and_the_parent_that_it_paid_for_goes_with_the_old_one() {
    let fixture = Fixture::with_coins(2).await;
    let [parent, child] = family(&fixture, 1, [0, 1_000]).await;
    submit(&fixture, &[&parent, &child]).await.unwrap();
    let coins = [child.input[0].previous_output];
    let bumped = fixture.pay(&coins, 2, 5_000).await;
    let txids = submit(&fixture, &[&parent, &bumped]).await.unwrap();
    assert_eq!(fixture.pooled().await, txids);

    // With a coin of its own, the child can be replaced by one that leaves the parent alone: nobody pays then.
    let own = fixture.coinbase(2).await;
    let joined = fixture.pay(&[coins[0], own], 1, 20_000).await;
    fixture.submit(&joined).await.unwrap();
    let apart = fixture.pay(&[own], 1, 40_000).await;
    fixture.submit(&apart).await.unwrap();
    assert_eq!(fixture.pooled().await, [apart.compute_txid()]);
    let removals = fixture.node.mempool_removals(0).await;
    let last = removals.last().unwrap();
    assert_eq!(
        (last.txid, last.reason.code()),
        (txids[0], "mempool.fee_too_low")
    );
}
