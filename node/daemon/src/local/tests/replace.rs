//! Replacing by fee: what pays more takes the place of what waits, by BIP125's rules for all.
use bitcoin::{OutPoint, Transaction, Txid};
use moneta_node_api::{NodeApi, RemovalReason};

use super::fixture::Fixture;

/// A payment of 1,000 grains that waits, and the coin it spends.
async fn waiting(fixture: &Fixture) -> (OutPoint, Transaction) {
    let coin = fixture.coinbase(1).await;
    let tx = fixture.pay(&[coin], 2, 1_000).await;
    fixture.submit(&tx).await.unwrap();
    (coin, tx)
}

fn vsize(tx: &Transaction) -> u64 {
    tx.vsize() as u64
}

#[tokio::test]
async fn a_replacement_takes_the_place_of_a_payment_and_of_what_stood_on_it() {
    let fixture = Fixture::with_coins(2).await;
    let (coin, first) = waiting(&fixture).await;
    let child = fixture
        .pay(&[OutPoint::new(first.compute_txid(), 0)], 1, 1_000)
        .await;
    let child = fixture.submit(&child).await.unwrap();
    let bystander = fixture.pay(&[fixture.coinbase(2).await], 1, 1_000).await;
    let bystander = fixture.submit(&bystander).await.unwrap();

    let second = fixture.pay(&[coin], 3, 9_000).await;
    let by = fixture.submit(&second).await.unwrap();
    assert_eq!(fixture.pooled().await, [bystander, by]);
    let removals = fixture.node.mempool_removals(0).await;
    let gone: Vec<Txid> = removals.iter().map(|removal| removal.txid).collect();
    assert_eq!(gone, [first.compute_txid(), child]);
    for removal in &removals {
        assert_eq!(removal.reason, RemovalReason::Replaced { by });
    }
    let last = fixture.node.mempool_removals(1).await;
    assert_eq!((last.len(), last[0].sequence), (1, 2));
    fixture.mine(1).await;
    assert!(fixture.node.coin(OutPoint::new(by, 2)).await.is_some());
}

#[tokio::test]
async fn a_replacement_pays_for_all_it_replaces_and_for_its_own_way() {
    let fixture = Fixture::with_coins(1).await;
    let (coin, first) = waiting(&fixture).await;
    let child = fixture
        .pay(&[OutPoint::new(first.compute_txid(), 0)], 1, 5_000)
        .await;
    fixture.submit(&child).await.unwrap();
    let size = vsize(&fixture.pay(&[coin], 1, 9_000).await);
    let enough = 1_000 + 5_000 + size;
    let short = fixture.pay(&[coin], 1, enough - 1).await;
    let refused = fixture.node.submit_transaction(short).await.unwrap_err();
    assert_eq!(refused.code, "policy.replacement_fee_too_low");
    assert!(refused.detail.contains(&enough.to_string()));
    assert!(refused.detail.contains(&first.compute_txid().to_string()));
    assert_eq!(fixture.pooled().await.len(), 2);
    let enough = fixture.pay(&[coin], 1, enough).await;
    fixture.submit(&enough).await.unwrap();
    assert_eq!(fixture.pooled().await, [enough.compute_txid()]);
}

#[tokio::test]
async fn a_replacement_pays_more_per_byte_than_each_it_replaces() {
    let fixture = Fixture::with_coins(1).await;
    let (coin, first) = waiting(&fixture).await;
    // Larger, so that more in all is less per byte.
    let large = fixture.pay(&[coin], 40, 2_900).await;
    assert!(2_900 * vsize(&first) < 1_000 * vsize(&large));
    assert_eq!(
        fixture.submit(&large).await,
        Err("policy.replacement_rate_too_low".into())
    );
}

#[tokio::test]
async fn a_replacement_brings_no_unconfirmed_coin_that_was_not_spent_before() {
    let fixture = Fixture::with_coins(2).await;
    let (coin, first) = waiting(&fixture).await;
    let other = fixture.pay(&[fixture.coinbase(2).await], 2, 1_000).await;
    let other = fixture.submit(&other).await.unwrap();
    let added = fixture
        .pay(&[coin, OutPoint::new(other, 0)], 1, 90_000)
        .await;
    assert_eq!(
        fixture.submit(&added).await,
        Err("policy.replacement_new_parent".into())
    );
    // One that spent from it before may go on to.
    let child = fixture
        .pay(
            &[
                OutPoint::new(other, 0),
                OutPoint::new(first.compute_txid(), 0),
            ],
            1,
            1_000,
        )
        .await;
    fixture.submit(&child).await.unwrap();
    let bumped = fixture
        .pay(
            &[
                OutPoint::new(other, 0),
                OutPoint::new(other, 1),
                OutPoint::new(first.compute_txid(), 0),
            ],
            1,
            9_000,
        )
        .await;
    let bumped = fixture.submit(&bumped).await.unwrap();
    assert_eq!(
        fixture.pooled().await,
        [first.compute_txid(), other, bumped]
    );
}

#[tokio::test]
async fn a_replacement_does_not_stand_on_what_it_replaces() {
    let fixture = Fixture::with_coins(1).await;
    let (coin, first) = waiting(&fixture).await;
    let both = fixture
        .pay(&[coin, OutPoint::new(first.compute_txid(), 0)], 1, 90_000)
        .await;
    assert_eq!(
        fixture.submit(&both).await,
        Err("tx.mempool_conflict".into())
    );
}

#[tokio::test]
async fn no_more_than_a_hundred_are_replaced_at_a_time() {
    let fixture = Fixture::with_coins(5).await;
    let mut coins = Vec::new();
    // Four families of 25, each on a coin of its own.
    for height in 1..=4 {
        let coin = fixture.coinbase(height).await;
        coins.push(coin);
        let root = fixture.pay(&[coin], 24, 6_000).await;
        let root = fixture.submit(&root).await.unwrap();
        for vout in 0..24 {
            let child = fixture.pay(&[OutPoint::new(root, vout)], 1, 200).await;
            fixture.submit(&child).await.unwrap();
        }
    }
    coins.push(fixture.coinbase(5).await);
    let one_more = fixture.pay(&coins[4..], 1, 1_000).await;
    fixture.submit(&one_more).await.unwrap();
    let too_many = fixture.pay(&coins, 1, 900_000).await;
    assert_eq!(
        fixture.submit(&too_many).await,
        Err("policy.replacement_too_many".into())
    );
    let hundred = fixture.pay(&coins[..4], 1, 900_000).await;
    let hundred = fixture.submit(&hundred).await.unwrap();
    let left = [one_more.compute_txid(), hundred];
    assert_eq!(fixture.pooled().await, left);
}

#[tokio::test]
async fn the_last_child_of_a_full_family_can_still_be_replaced() {
    let fixture = Fixture::with_coins(1).await;
    let root = fixture.pay(&[fixture.coinbase(1).await], 24, 6_000).await;
    let root = fixture.submit(&root).await.unwrap();
    for vout in 0..24 {
        let child = fixture.pay(&[OutPoint::new(root, vout)], 1, 200).await;
        fixture.submit(&child).await.unwrap();
    }
    let bumped = fixture.pay(&[OutPoint::new(root, 23)], 1, 2_000).await;
    let bumped = fixture.submit(&bumped).await.unwrap();
    let pooled = fixture.pooled().await;
    assert_eq!((pooled.len(), pooled.last()), (25, Some(&bumped)));
}

#[tokio::test]
async fn asking_whether_a_replacement_would_do_replaces_nothing() {
    let fixture = Fixture::with_coins(1).await;
    let (coin, first) = waiting(&fixture).await;
    let second = fixture.pay(&[coin], 2, 9_000).await;
    fixture.node.check_transaction(second).await.unwrap();
    assert_eq!(fixture.pooled().await, [first.compute_txid()]);
}
