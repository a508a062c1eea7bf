//! Mining and following: every block in its place, every step served.
use bitcoin::{Amount, BlockHash};
use moneta_chain::{Height, Params};
use moneta_node_api::{ChainEvent, NodeApi, NodeError};

use super::fixture::{Fixture, NOW, anyone};

#[tokio::test]
async fn a_fresh_node_stands_at_bitcoins_regtest_genesis() {
    let fixture = Fixture::fresh();
    let tip = fixture.node.tip().await;
    assert_eq!(tip.height, Height::GENESIS);
    assert_eq!(
        tip.id.to_string(),
        "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"
    );
    assert_eq!(
        fixture.node.step_from(tip.id).await.unwrap().map(|_| ()),
        None
    );
}

#[tokio::test]
async fn a_history_spaces_its_blocks_a_minute_apart_and_ends_now() {
    let fixture = Fixture::fresh();
    let ids = fixture.node.mine_history(101, anyone()).await.unwrap();
    assert_eq!(ids.len(), 101);
    let tip = fixture.node.tip().await;
    assert_eq!(u64::from(tip.time), NOW);
    let first = fixture.block(ids[0]).await;
    assert_eq!(u64::from(first.block.header.time), NOW - 100 * 60);
    // A chain that has blocks is left alone.
    assert!(
        fixture
            .node
            .mine_history(5, anyone())
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(fixture.height().await, 101);
}

#[tokio::test]
async fn headers_meet_the_target_for_stock_clients_too() {
    let fixture = Fixture::fresh();
    for id in fixture.mine(20).await {
        let header = fixture.block(id).await.block.header;
        assert!(header.validate_pow(header.target()).is_ok());
    }
}

#[tokio::test]
async fn the_miner_is_paid_subsidy_and_fees() {
    let fixture = Fixture::with_coins(1).await;
    let tx = fixture.pay(&[fixture.coinbase(1).await], 2, 12_345).await;
    fixture.submit(&tx).await.unwrap();
    fixture.mine(1).await;
    let coinbase = fixture.coinbase(fixture.height().await).await;
    let coin = fixture.node.coin(coinbase).await.unwrap();
    let subsidy = Params::dev().subsidy(Height::new(1));
    assert_eq!(coin.output.value, subsidy + Amount::from_sat(12_345));
    assert!(coin.coinbase);
}

#[tokio::test]
async fn a_reader_is_led_block_by_block_with_what_each_did() {
    let fixture = Fixture::with_coins(1).await;
    let coin = fixture.coinbase(1).await;
    let tx = fixture.pay(&[coin], 1, 500).await;
    fixture.submit(&tx).await.unwrap();
    fixture.mine(1).await;
    let mut at = Params::dev().genesis.block_hash();
    let mut last = None;
    while let Some(event) = fixture.node.step_from(at).await.unwrap() {
        let ChainEvent::Connected(block) = event else {
            panic!("nothing was taken back");
        };
        at = block.id;
        last = Some(block);
    }
    let last = last.unwrap();
    assert_eq!(at, fixture.node.tip().await.id);
    assert_eq!(last.height.to_u32(), 101);
    assert_eq!(last.transactions.len(), 2);
    assert_eq!(last.transactions[1].txid, tx.compute_txid());
    assert_eq!(last.transactions[1].fee, Amount::from_sat(500));
    assert_eq!(last.transactions[1].spent.len(), 1);
    assert_eq!(last.transactions[1].spent[0].height, Height::new(1));
}

#[tokio::test]
async fn an_unknown_block_is_said_to_be_unknown() {
    let fixture = Fixture::fresh();
    let unknown: BlockHash = "00000000000000000000000000000000000000000000000000000000000000ff"
        .parse()
        .unwrap();
    let error = fixture
        .node
        .step_from(unknown)
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error, NodeError::UnknownBlock(unknown));
    assert!(fixture.node.block(unknown).await.unwrap().is_none());
    assert_eq!(fixture.node.block_id_at(Height::new(1)).await, None);
}

#[tokio::test]
async fn many_blocks_at_once_do_not_run_the_clock_ahead_until_there_is_no_room() {
    let fixture = Fixture::fresh();
    fixture.mine(300).await;
    assert!(u64::from(fixture.node.tip().await.time) <= NOW + 1);
    // With the clock held still the room is used up at last, and the node says how long to wait.
    let mut wait = None;
    let mut told = 300;
    for _ in 0..40 {
        match fixture.node.mine(50, anyone()).await {
            Ok(ids) => told += ids.len(),
            Err(NodeError::TooFarAhead { wait_seconds }) => {
                wait = Some(wait_seconds);
                break;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(wait, Some(1));
    // A call that ran out of room on its way told of the blocks that it had made.
    let height = fixture.node.tip().await.height;
    assert_eq!(height.to_u32() as usize, told);
    fixture.clock.advance(1);
    fixture.mine(1).await;
}

#[tokio::test]
async fn whoever_waits_learns_of_every_change() {
    let fixture = Fixture::with_coins(1).await;
    let seen = fixture.node.changed(0).await;
    let node = fixture.node.clone();
    let waiter = tokio::spawn(async move { node.changed(seen).await });
    let tx = fixture.pay(&[fixture.coinbase(1).await], 1, 500).await;
    fixture.submit(&tx).await.unwrap();
    let after_transaction = waiter.await.unwrap();
    assert_ne!(after_transaction, seen);
    fixture.mine(1).await;
    assert_ne!(
        fixture.node.changed(after_transaction).await,
        after_transaction
    );
}
