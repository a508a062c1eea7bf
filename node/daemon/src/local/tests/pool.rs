//! What the mempool takes, refuses, lets go and brings back.
use std::sync::Arc;

use bitcoin::script::{Builder, PushBytesBuf};
use bitcoin::{Amount, OutPoint, ScriptBuf, Transaction, Witness};
use moneta_node_api::NodeApi;

use super::fixture::{Fixture, spend};
use crate::Clock;

#[tokio::test]
async fn a_payment_waits_and_is_mined() {
    let fixture = Fixture::with_coins(1).await;
    let tx = fixture.pay(&[fixture.coinbase(1).await], 2, 1_000).await;
    let txid = fixture.submit(&tx).await.unwrap();
    let snapshot = fixture.node.mempool().await;
    assert_eq!(snapshot.entries[0].fee, Amount::from_sat(1_000));
    assert_eq!(snapshot.entries[0].arrived, fixture.clock.now());
    assert_eq!(
        snapshot.spenders.get(&tx.input[0].previous_output),
        Some(&txid)
    );
    fixture.mine(1).await;
    assert_eq!(fixture.pooled().await, []);
    assert!(fixture.node.coin(OutPoint::new(txid, 1)).await.is_some());
    assert!(
        fixture
            .node
            .coin(tx.input[0].previous_output)
            .await
            .is_none()
    );
}

#[tokio::test]
async fn the_same_transaction_is_accepted_again_until_it_is_in_a_block() {
    let fixture = Fixture::with_coins(1).await;
    let tx = fixture.pay(&[fixture.coinbase(1).await], 1, 1_000).await;
    let txid = fixture.submit(&tx).await.unwrap();
    assert_eq!(fixture.submit(&tx).await, Ok(txid));
    assert_eq!(fixture.pooled().await, [txid]);
    fixture.mine(1).await;
    assert_eq!(
        fixture.submit(&tx).await,
        Err("tx.already_confirmed".into())
    );
}

#[tokio::test]
async fn asking_changes_nothing() {
    let fixture = Fixture::with_coins(1).await;
    let tx = fixture.pay(&[fixture.coinbase(1).await], 1, 1_000).await;
    let revision = fixture.node.changed(0).await;
    let entry = fixture.node.check_transaction(tx.clone()).await.unwrap();
    assert_eq!(entry.fee, Amount::from_sat(1_000));
    assert_eq!(entry.vsize, tx.vsize() as u64);
    assert_eq!(fixture.pooled().await, []);
    assert_eq!(fixture.node.changed(revision - 1).await, revision);
}

#[tokio::test]
async fn a_second_spend_of_a_coin_is_refused_and_names_the_first() {
    let fixture = Fixture::with_coins(1).await;
    let coin = fixture.coinbase(1).await;
    let first = fixture.pay(&[coin], 1, 1_000).await;
    let second = fixture.pay(&[coin], 2, 1_000).await;
    let txid = fixture.submit(&first).await.unwrap();
    let refused = fixture.node.submit_transaction(second).await.unwrap_err();
    assert_eq!(refused.code, "policy.replacement_rate_too_low");
    assert!(refused.detail.contains(&txid.to_string()));
    assert_eq!(fixture.pooled().await, [txid]);
}

#[tokio::test]
async fn too_low_a_fee_is_refused_and_says_what_is_enough() {
    let fixture = Fixture::with_coins(1).await;
    let coin = fixture.coinbase(1).await;
    let vsize = fixture.pay(&[coin], 1, 0).await.vsize() as u64;
    let poor = fixture.pay(&[coin], 1, vsize - 1).await;
    let refused = fixture.node.submit_transaction(poor).await.unwrap_err();
    assert_eq!(refused.code, "tx.fee_too_low");
    assert!(refused.detail.contains(&vsize.to_string()));
    let enough = fixture.pay(&[coin], 1, vsize).await;
    fixture.submit(&enough).await.unwrap();
}

#[tokio::test]
async fn unknown_unripe_and_unsigned_coins_are_refused() {
    let fixture = Fixture::with_coins(1).await;
    let ripe = fixture.coinbase(1).await;
    let unknown = spend(&[OutPoint::new(ripe.txid, 9)], &[Amount::from_sat(1_000)]);
    let unripe = fixture.pay(&[fixture.coinbase(2).await], 1, 1_000).await;
    let mut unsigned = fixture.pay(&[ripe], 1, 1_000).await;
    unsigned.input[0].witness = Witness::new();
    for tx in [unknown, unripe, unsigned] {
        let code = fixture.submit(&tx).await.unwrap_err();
        assert!(code.starts_with("tx."), "{code}");
    }
    assert_eq!(fixture.pooled().await, []);
}

#[tokio::test]
async fn plain_coins_chain_unconfirmed_up_to_twenty_five() {
    let fixture = Fixture::with_coins(1).await;
    let mut coin = fixture.coinbase(1).await;
    for _ in 0..25 {
        let tx = fixture.pay(&[coin], 1, 1_000).await;
        coin = OutPoint::new(fixture.submit(&tx).await.unwrap(), 0);
    }
    let one_more = fixture.pay(&[coin], 1, 1_000).await;
    assert_eq!(
        fixture.submit(&one_more).await,
        Err("tx.chain_too_long".into())
    );
    fixture.mine(1).await;
    assert_eq!(fixture.pooled().await, []);
    fixture.submit(&one_more).await.unwrap();
}

#[tokio::test]
async fn no_more_than_twenty_five_stand_on_one() {
    let fixture = Fixture::with_coins(1).await;
    let root = fixture.pay(&[fixture.coinbase(1).await], 30, 5_000).await;
    let txid = fixture.submit(&root).await.unwrap();
    for vout in 0..24 {
        let tx = fixture.pay(&[OutPoint::new(txid, vout)], 1, 1_000).await;
        fixture.submit(&tx).await.unwrap();
    }
    let one_more = fixture.pay(&[OutPoint::new(txid, 24)], 1, 1_000).await;
    assert_eq!(
        fixture.submit(&one_more).await,
        Err("tx.chain_too_long".into())
    );
}

#[tokio::test]
async fn a_family_is_no_larger_than_a_hundred_and_one_thousand_virtual_bytes() {
    let fixture = Fixture::with_coins(1).await;
    let root = fixture
        .pay(&[fixture.coinbase(1).await], 1_400, 90_000)
        .await;
    let root = fixture.submit(&root).await.unwrap();
    let coins: Vec<OutPoint> = (0..4).map(|vout| OutPoint::new(root, vout)).collect();
    let child = |outputs: u64| fixture.pay(&coins, outputs, 60_000);
    let (fits, large) = (child(935).await, child(945).await);
    assert_eq!(
        fixture.submit(&large).await,
        Err("tx.chain_too_long".into())
    );
    fixture.submit(&fits).await.unwrap();
    let sizes = fixture.node.mempool().await;
    let together: u64 = sizes.entries.iter().map(|entry| entry.vsize).sum();
    assert!((100_000..=101_000).contains(&together), "{together}");
}

#[tokio::test]
async fn a_block_from_elsewhere_takes_its_transactions_and_their_rivals_out() {
    let (one, two) = (Fixture::with_coins(2).await, Fixture::fresh());
    two.follow(&one).await;
    let coin = one.coinbase(1).await;
    let here = one.pay(&[coin], 1, 1_000).await;
    one.submit(&here).await.unwrap();
    let child = one
        .pay(&[OutPoint::new(here.compute_txid(), 0)], 1, 1_000)
        .await;
    one.submit(&child).await.unwrap();
    let unrelated = one.pay(&[one.coinbase(2).await], 1, 1_000).await;
    let kept = one.submit(&unrelated).await.unwrap();

    let there = two.pay(&[coin], 3, 2_000).await;
    two.submit(&there).await.unwrap();
    let id = two.mine(1).await[0];
    one.node.submit_block(two.block(id).await).await.unwrap();
    assert_eq!(one.pooled().await, [kept]);
}

#[tokio::test]
async fn a_bad_transaction_costs_itself_and_its_children_never_the_block() {
    let fixture = Fixture::with_coins(3).await;
    let good = fixture.pay(&[fixture.coinbase(1).await], 1, 1_000).await;
    let good = fixture.submit(&good).await.unwrap();
    // Two transactions get past the pool by a fault that we do not know of: one spends nothing that
    // exists, the other has a script that fails.
    let missing = spend(
        &[OutPoint::new(good, 7)],
        &[Amount::from_sat(1_000), Amount::from_sat(1_000)],
    );
    let child = spend(
        &[OutPoint::new(missing.compute_txid(), 0)],
        &[Amount::ONE_SAT],
    );
    let mut unsigned = fixture.pay(&[fixture.coinbase(2).await], 1, 1_000).await;
    unsigned.input[0].witness = Witness::new();
    for tx in [missing, child, unsigned] {
        let mut present = fixture.node.core.write();
        present.pool.insert_unchecked(tx);
    }
    let last = fixture.pay(&[fixture.coinbase(3).await], 1, 1_000).await;
    let last = fixture.submit(&last).await.unwrap();
    assert_eq!(fixture.pooled().await.len(), 5);

    let id = fixture.mine(1).await[0];
    let block = fixture.block(id).await;
    let mined: Vec<_> = block
        .block
        .txdata
        .iter()
        .map(|tx| tx.compute_txid())
        .collect();
    assert_eq!(mined[1..], [good, last]);
    assert_eq!(fixture.pooled().await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_submit_mine_and_read_at_once_and_every_coin_is_spent_once() {
    const COINS: u32 = 12;
    let fixture = Arc::new(Fixture::with_coins(COINS).await);
    let mut tasks = Vec::new();
    for height in 1..=COINS {
        let coin = fixture.coinbase(height).await;
        // Three rivals a coin, each submitted twice.
        for outputs in [1, 2, 3, 1, 2, 3] {
            let tx = fixture.pay(&[coin], outputs, 1_000).await;
            let fixture = Arc::clone(&fixture);
            tasks.push(tokio::spawn(async move {
                match fixture.submit(&tx).await {
                    Ok(txid) => Some(txid),
                    Err(code) => {
                        assert!(
                            code.starts_with("policy.replacement_") || code.starts_with("tx."),
                            "{code}"
                        );
                        None
                    }
                }
            }));
        }
        let fixture = Arc::clone(&fixture);
        tasks.push(tokio::spawn(async move {
            fixture.mine(1).await;
            let snapshot = fixture.node.mempool().await;
            assert_eq!(snapshot.spenders.len(), snapshot.entries.len());
            None
        }));
    }
    let mut accepted = Vec::new();
    for task in tasks {
        accepted.extend(task.await.unwrap());
    }
    fixture.mine(1).await;
    assert_eq!(fixture.pooled().await, []);
    accepted.sort_unstable();
    accepted.dedup();
    assert_eq!(accepted.len(), usize::try_from(COINS).unwrap());
    for txid in accepted {
        assert!(fixture.node.coin(OutPoint::new(txid, 0)).await.is_some());
    }
}

/// A coin that is spent with a number left over, which policy asks nobody to do and a block allows.
async fn malleable(fixture: &Fixture) -> Transaction {
    let script = Builder::new().push_int(1).push_int(1).into_script();
    let mut fund = fixture.pay(&[fixture.coinbase(1).await], 2, 1_000).await;
    fund.output[0].script_pubkey = ScriptBuf::new_p2sh(&script.script_hash());
    fixture.submit(&fund).await.unwrap();
    fixture.mine(1).await;
    let coin = OutPoint::new(fund.compute_txid(), 0);
    let mut tx = fixture.pay(&[coin], 1, 1_000).await;
    tx.input[0].witness.clear();
    let push = PushBytesBuf::try_from(script.into_bytes()).unwrap();
    tx.input[0].script_sig = Builder::new().push_slice(push).into_script();
    tx
}

#[tokio::test]
async fn a_spend_that_only_a_block_may_hold_is_refused_and_a_block_with_it_is_not() {
    let fixture = Fixture::with_coins(1).await;
    let tx = malleable(&fixture).await;
    assert_eq!(fixture.submit(&tx).await, Err("policy.script".into()));
    assert_eq!(fixture.pooled().await, []);
    // Another script of the same coin that fails in blocks too has the code of that.
    let mut wrong = tx;
    wrong.input[0].script_sig = Builder::new().push_slice([0x51]).into_script();
    assert_eq!(fixture.submit(&wrong).await, Err("tx.script_failed".into()));
}

#[tokio::test]
async fn what_is_not_standard_is_refused_at_the_door_with_its_code() {
    let fixture = Fixture::with_coins(1).await;
    let mut tx = fixture.pay(&[fixture.coinbase(1).await], 1, 1_000).await;
    tx.version = bitcoin::transaction::Version(3);
    assert_eq!(fixture.submit(&tx).await, Err("policy.version".into()));
    tx.version = bitcoin::transaction::Version::TWO;
    tx.input[0].witness = Witness::from_slice(&[vec![0; 81], vec![0x51]]);
    let code = fixture.submit(&tx).await;
    assert_eq!(code, Err("policy.witness_element_size".into()));
    tx.input[0].witness = Witness::from_slice(&[vec![0; 500_000], vec![0x51]]);
    assert_eq!(fixture.submit(&tx).await, Err("tx.too_heavy".into()));
}

#[tokio::test]
async fn what_waits_two_weeks_leaves_with_what_stands_on_it() {
    let fixture = Fixture::with_coins(2).await;
    let old = fixture.pay(&[fixture.coinbase(1).await], 1, 1_000).await;
    let old = fixture.submit(&old).await.unwrap();
    fixture.clock.advance(300 * 3_600);
    let child = fixture.pay(&[OutPoint::new(old, 0)], 1, 1_000).await;
    fixture.submit(&child).await.unwrap();
    let young = fixture.pay(&[fixture.coinbase(2).await], 1, 1_000).await;
    let young = fixture.submit(&young).await.unwrap();
    fixture.clock.advance(36 * 3_600 + 1);
    let other = Fixture::fresh();
    other.clock.advance(336 * 3_600 + 1);
    other.follow(&fixture).await;
    let id = other.mine(1).await[0];
    let block = other.block(id).await;
    fixture.node.submit_block(block).await.unwrap();
    assert_eq!(fixture.pooled().await, [young]);
    let removals = fixture.node.mempool_removals(0).await;
    let reasons: Vec<_> = removals.iter().map(|one| one.reason.code()).collect();
    assert_eq!(reasons, ["mempool.expired", "mempool.expired"]);
}

#[tokio::test]
async fn a_full_mempool_asks_for_more_than_it_let_go_and_says_so() {
    let fixture = Fixture::with_coins(4).await;
    let cheap = fixture.pay(&[fixture.coinbase(1).await], 1, 1_000).await;
    fixture.submit(&cheap).await.unwrap();
    let dear = fixture.pay(&[fixture.coinbase(2).await], 1, 5_000).await;
    let dear = fixture.submit(&dear).await.unwrap();
    let info = fixture.node.mempool_info().await;
    assert_eq!((info.transactions, info.min_fee_per_kvb), (2, 1_000));
    fixture.node.core.write().pool.set_max_memory(info.memory);

    let same = fixture.pay(&[fixture.coinbase(3).await], 1, 1_000).await;
    assert_eq!(fixture.submit(&same).await, Err("tx.mempool_full".into()));
    let more = fixture.pay(&[fixture.coinbase(3).await], 1, 2_000).await;
    let more = fixture.submit(&more).await.unwrap();
    assert_eq!(fixture.pooled().await, [dear, more]);
    let asked = (1_000_u64 * 1_000).div_ceil(cheap.vsize() as u64) + 1_000;
    let info = fixture.node.mempool_info().await;
    assert_eq!(info.min_fee_per_kvb, asked);
    assert_eq!(fixture.node.fee_filter(), asked);
    assert!(info.memory <= info.max_memory);
    let low = fixture.pay(&[fixture.coinbase(4).await], 1, 1_000).await;
    assert_eq!(fixture.submit(&low).await, Err("tx.fee_too_low".into()));
    // After a block with room for all, the minimum falls, and is gone in a day or two.
    fixture.mine(1).await;
    fixture.clock.advance(48 * 3_600);
    assert_eq!(fixture.node.mempool_info().await.min_fee_per_kvb, 1_000);
    fixture.submit(&low).await.unwrap();
}
