//! When the built-in miner makes a block. Time stands still but where nothing else is left to do.
use std::time::Duration;

use moneta_node_api::NodeApi;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::fixture::{Fixture, anyone};
use crate::{MinerPolicy, run_miner};

struct Running {
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), moneta_node_api::NodeError>>,
}

impl Running {
    fn start(fixture: &Fixture, on_transaction: Option<u64>, heartbeat: Option<u64>) -> Self {
        let policy = MinerPolicy {
            on_transaction: on_transaction.map(Duration::from_millis),
            heartbeat: heartbeat.map(Duration::from_secs),
            payout: anyone(),
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            stopped.await.ok();
        };
        let task = tokio::spawn(run_miner(fixture.node.clone(), policy, shutdown));
        Self { stop, task }
    }

    async fn stop(self) {
        self.stop.send(()).unwrap();
        self.task.await.unwrap().unwrap();
    }
}

/// Waits until the chain is `height` blocks high.
async fn reach(fixture: &Fixture, height: u32) {
    let mut seen = 0;
    while fixture.height().await < height {
        seen = fixture.node.changed(seen).await;
    }
}

#[tokio::test(start_paused = true)]
async fn transactions_that_arrive_together_share_a_block() {
    let fixture = Fixture::with_coins(3).await;
    let miner = Running::start(&fixture, Some(200), None);
    let start = Instant::now();
    for height in 1..=3 {
        let tx = fixture
            .pay(&[fixture.coinbase(height).await], 1, 1_000)
            .await;
        fixture.submit(&tx).await.unwrap();
    }
    reach(&fixture, 103).await;
    assert!(start.elapsed() >= Duration::from_millis(200));
    let tip = fixture.node.tip().await.id;
    assert_eq!(fixture.block(tip).await.block.txdata.len(), 4);
    miner.stop().await;
    assert_eq!(fixture.height().await, 103);
}

#[tokio::test(start_paused = true)]
async fn without_transactions_only_the_heart_beats() {
    let fixture = Fixture::with_coins(1).await;
    let miner = Running::start(&fixture, Some(200), Some(60));
    let start = Instant::now();
    reach(&fixture, 103).await;
    assert!(start.elapsed() >= Duration::from_secs(180));
    assert!(start.elapsed() < Duration::from_secs(185));
    miner.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_block_from_elsewhere_puts_the_heartbeat_off() {
    let fixture = Fixture::fresh();
    let miner = Running::start(&fixture, None, Some(60));
    let start = Instant::now();
    reach(&fixture, 1).await;
    tokio::time::sleep(Duration::from_secs(50)).await;
    fixture.mine(1).await;
    reach(&fixture, 3).await;
    assert!(start.elapsed() >= Duration::from_secs(60 + 50 + 60));
    miner.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_chain_ahead_of_the_clock_makes_the_miner_wait_not_fail() {
    let fixture = Fixture::with_coins(1).await;
    fixture.clock.set(super::fixture::NOW - 3_600);
    let miner = Running::start(&fixture, None, Some(1));
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(fixture.height().await, 100);
    assert!(!miner.task.is_finished());
    fixture.clock.set(super::fixture::NOW);
    reach(&fixture, 101).await;
    miner.stop().await;
}
