//! Stopping in every way there is, and starting again.
use std::sync::Arc;

use bitcoin::BlockHash;
use moneta_chain::Params;
use moneta_disk::{MemoryFolder, MemoryStorage, Recorder, Storage};
use moneta_node_api::{ChainEvent, NodeApi, NodeError};
use moneta_store::{OpenError, StateDigest};

use super::fixture::{Fixture, NOW, anyone, anyone_else, open};
use crate::local::core::Core;
use crate::{FixedClock, LocalNode, NodeConfig};

/// A node over bytes that a test holds.
fn over(storage: impl Storage) -> Arc<LocalNode> {
    let config = NodeConfig {
        dir: std::path::PathBuf::new(),
        params: Params::dev(),
        clock: Arc::new(FixedClock::new(NOW)),
        state_memory: NodeConfig::STATE_MEMORY,
    };
    // The state is lost each time: whatever the archive holds must be enough.
    let state = Arc::new(MemoryFolder::default());
    let opened = moneta_store::open_over(storage, state, &config.params).unwrap();
    let core = Core::over(opened, config, |_| ()).unwrap();
    Arc::new(LocalNode {
        core: Arc::new(core),
    })
}

async fn state(node: &LocalNode) -> (BlockHash, StateDigest) {
    (node.tip().await.id, node.state_digest().await.unwrap())
}

#[tokio::test]
async fn a_node_starts_again_where_it_stopped() {
    let fixture = Fixture::with_coins(2).await;
    let tx = fixture.pay(&[fixture.coinbase(1).await], 3, 1_000).await;
    fixture.submit(&tx).await.unwrap();
    fixture.mine(3).await;
    let before = state(&fixture.node).await;
    let fixture = fixture.reopened();
    assert_eq!(state(&fixture.node).await, before);
    // And goes on.
    let next = fixture.pay(&[fixture.coinbase(2).await], 1, 1_000).await;
    fixture.submit(&next).await.unwrap();
    fixture.mine(1).await;
    assert_eq!(fixture.pooled().await, []);
}

#[tokio::test]
async fn a_clock_that_was_set_back_does_not_lock_the_chain_out() {
    let fixture = Fixture::with_coins(1).await;
    let before = state(&fixture.node).await;
    fixture.clock.set(NOW - 10 * 365 * 86_400);
    let fixture = fixture.reopened();
    assert_eq!(state(&fixture.node).await, before);
    let error = fixture.node.mine(1, anyone()).await.unwrap_err();
    assert!(matches!(error, NodeError::TooFarAhead { .. }));
}

#[tokio::test]
async fn a_reader_that_stopped_on_a_branch_since_left_is_led_back_after_a_restart() {
    let one = Fixture::fresh();
    one.mine(5).await;
    let two = Fixture::fresh();
    two.follow(&one).await;
    let left = one.mine(2).await[1];
    for id in two.node.mine(3, anyone_else()).await.unwrap() {
        one.node.submit_block(two.block(id).await).await.unwrap();
    }
    let one = one.reopened();
    assert_eq!(state(&one.node).await, state(&two.node).await);
    let step = one.node.step_from(left).await.unwrap();
    match step {
        Some(ChainEvent::Disconnected(block)) => assert_eq!(block.id, left),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn replaying_tells_how_far_it_has_come() {
    let fixture = Fixture::with_coins(1).await;
    let Fixture { node, clock, dir } = fixture;
    drop(node);
    std::fs::remove_dir_all(dir.path().join("state")).unwrap();
    let mut seen = Vec::new();
    let config = NodeConfig {
        dir: dir.path().to_path_buf(),
        params: Params::dev(),
        clock,
        state_memory: NodeConfig::STATE_MEMORY,
    };
    drop(LocalNode::open_reporting(config, |progress| seen.push(progress)).unwrap());
    assert_eq!(seen.len(), 100);
    assert_eq!((seen[99].blocks, seen[99].total), (100, 100));
}

#[tokio::test]
async fn a_second_node_on_the_same_folder_is_refused() {
    let fixture = Fixture::fresh();
    let config = NodeConfig {
        dir: fixture.dir.path().to_path_buf(),
        params: Params::dev(),
        clock: fixture.clock.clone(),
        state_memory: NodeConfig::STATE_MEMORY,
    };
    let error = LocalNode::open(config).map(|_| ()).unwrap_err();
    assert!(matches!(error, OpenError::InUse { .. }));
    drop(fixture.node);
    open(fixture.dir.path(), &fixture.clock);
}

#[tokio::test]
async fn an_archive_cut_anywhere_opens_at_the_last_whole_block() {
    let storage = MemoryStorage::default();
    let node = over(storage.clone());
    let mut states = vec![(storage.bytes().len(), state(&node).await)];
    for _ in 0..8 {
        node.mine(1, anyone()).await.unwrap();
        states.push((storage.bytes().len(), state(&node).await));
    }
    let bytes = storage.bytes();
    for end in (64..=bytes.len()).step_by(13) {
        let cut = over(MemoryStorage::new(bytes[..end].to_vec()));
        let (_, expected) = states.iter().rev().find(|(len, _)| *len <= end).unwrap();
        assert_eq!(state(&cut).await, *expected, "cut at {end}");
    }
}

#[tokio::test]
async fn a_crash_anywhere_in_a_reorganisation_leaves_the_old_tip_or_the_new() {
    let rival = Fixture::fresh();
    let recorder = Recorder::default();
    let node = over(recorder.clone());
    node.mine(3, anyone()).await.unwrap();
    let before = (recorder.steps(), state(&node).await);
    for id in rival.node.mine(4, anyone_else()).await.unwrap() {
        node.submit_block(rival.block(id).await).await.unwrap();
    }
    let after = state(&node).await;
    assert_eq!(after, state(&rival.node).await);
    // Which pieces survive: a number's bits decide, so that a failing image can be made again.
    for steps in before.0..=recorder.steps() {
        for seed in 0..24_u64 {
            let mut bits = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let image = recorder.crash(steps, || {
                bits = bits.rotate_left(7).wrapping_mul(0x2545_f491_4f6c_dd1d);
                bits & 1 == 1
            });
            let found = state(&over(MemoryStorage::new(image))).await;
            assert!(
                found == before.1 || found == after,
                "step {steps} seed {seed}"
            );
            if steps == recorder.steps() {
                assert_eq!(found, after, "what was acknowledged stays");
            }
        }
    }
}

#[tokio::test]
async fn a_failing_disk_stops_the_node_and_nothing_is_acknowledged_any_more() {
    let recorder = Recorder::default();
    let node = over(recorder.clone());
    node.mine(2, anyone()).await.unwrap();
    let before = state(&node).await;
    recorder.fail_after(1);
    let error = node.mine(1, anyone()).await.unwrap_err();
    assert_eq!(error.code(), "node.storage");
    assert_eq!(node.fatal().await.code(), "node.storage");
    assert_eq!(state(&node).await, before);

    let again = node.mine(1, anyone()).await.unwrap_err();
    assert_eq!(again.code(), "node.storage");
    let block = Fixture::fresh();
    let id = block.mine(1).await[0];
    let refused = node.submit_block(block.block(id).await).await.unwrap_err();
    assert_eq!(refused.code, "node.storage");
    let image = recorder.crash(recorder.steps(), || false);
    assert_eq!(state(&over(MemoryStorage::new(image))).await, before);
}

#[tokio::test]
async fn a_disk_that_fails_in_a_reorganisation_leaves_the_old_tip() {
    let rival = Fixture::fresh();
    let rival_ids = rival.node.mine(4, anyone_else()).await.unwrap();
    // Four blocks are written, then synced together.
    for good_steps in 0..5 {
        let recorder = Recorder::default();
        let node = over(recorder.clone());
        node.mine(3, anyone()).await.unwrap();
        let before = state(&node).await;
        for id in &rival_ids[..3] {
            node.submit_block(rival.block(*id).await).await.unwrap();
        }
        recorder.fail_after(good_steps);
        let last = rival.block(rival_ids[3]).await;
        let refused = node.submit_block(last).await.unwrap_err();
        assert_eq!(refused.code, "node.storage");
        assert_eq!(state(&node).await, before);
        assert_eq!(node.fatal().await.code(), "node.storage");
    }
}
