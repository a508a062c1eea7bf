//! A node whose difficulty adjusts, and what its blocks signal for. Ethash is tiny, the rules are main's.
use std::path::Path;
use std::sync::Arc;

use bitcoin::Target;
use moneta_chain::{Difficulty, Height, Network, Params};
use moneta_node_api::NodeApi;

use super::fixture::{Fixture, NOW, anyone};
use crate::{FixedClock, LocalNode, NodeConfig};

/// Main's difficulty over dev's Ethash, from a genesis that is a minute old.
fn adjusting() -> Params {
    let mut params = Params::dev();
    params.difficulty = Params::main().difficulty;
    params.genesis.header.time = u32::try_from(NOW - 60).expect("a 32-bit time");
    params
}

fn open(dir: &Path, params: Params, clock: &Arc<FixedClock>) -> Arc<LocalNode> {
    let config = NodeConfig {
        dir: dir.to_path_buf(),
        params,
        clock: Arc::clone(clock) as Arc<dyn crate::Clock>,
        state_memory: NodeConfig::STATE_MEMORY,
    };
    LocalNode::open(config).unwrap()
}

async fn target(node: &LocalNode, height: u32) -> Target {
    let id = node.block_id_at(Height::new(height)).await.unwrap();
    let block = node.block(id).await.unwrap().unwrap();
    block.block.block.header.target()
}

#[tokio::test]
async fn blocks_that_come_too_fast_get_harder_and_another_node_agrees() {
    let (dir, other_dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let clock = Arc::new(FixedClock::new(NOW));
    let node = open(dir.path(), adjusting(), &clock);
    // 240 blocks that should have taken four hours, two half-lives, come at once.
    for _ in 0..24 {
        node.mine(10, anyone()).await.unwrap();
        clock.advance(10);
    }
    let (first, last) = (target(&node, 1).await, target(&node, 240).await);
    assert_eq!(first, adjusting().genesis.header.target());
    let times = first.to_work().to_be_bytes()[31]..=last.to_work().to_be_bytes()[31];
    assert_eq!(
        *times.end(),
        7,
        "a bit less than four times the work of {}",
        times.start()
    );

    let other = open(other_dir.path(), adjusting(), &clock);
    for height in 1..=240 {
        let id = node.block_id_at(Height::new(height)).await.unwrap();
        let block = node.block(id).await.unwrap().unwrap();
        let block = moneta_chain::SealedBlock::clone(&block.block);
        other.submit_block(block).await.unwrap();
    }
    assert_eq!(other.tip().await, node.tip().await);
    // And the node itself agrees when it starts again.
    let tip = node.tip().await;
    drop(node);
    let again = open(dir.path(), adjusting(), &clock);
    assert_eq!(again.tip().await, tip);
}

#[tokio::test]
async fn an_hour_of_silence_makes_the_next_block_easier_and_never_easier_than_genesis() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(FixedClock::new(NOW));
    let node = open(dir.path(), adjusting(), &clock);
    for _ in 0..12 {
        node.mine(10, anyone()).await.unwrap();
        clock.advance(10);
    }
    let before = target(&node, 120).await;
    clock.advance(3_600);
    node.mine(2, anyone()).await.unwrap();
    // The block that comes late is as hard as it was; the one after it knows.
    assert!(target(&node, 121).await <= before);
    assert!(target(&node, 122).await > before);
    clock.advance(1_000_000);
    node.mine(2, anyone()).await.unwrap();
    assert_eq!(
        target(&node, 124).await,
        adjusting().genesis.header.target()
    );
}

#[tokio::test]
async fn a_node_opens_on_main_and_on_test() {
    for network in [Network::Main, Network::Test] {
        let dir = tempfile::tempdir().unwrap();
        let params = Params::of(network);
        assert!(matches!(params.difficulty, Difficulty::Asert { .. }));
        let genesis = params.genesis.block_hash();
        let node = open(dir.path(), params, &Arc::new(FixedClock::new(NOW)));
        assert_eq!(node.tip().await.id, genesis);
        let coinless = node.coin(bitcoin::OutPoint::null()).await;
        assert_eq!(coinless, None);
    }
}

/// Bitcoin's regtest rehearses a deployment with bit 28; so does dev.
#[tokio::test]
async fn miners_signal_for_the_rehearsal_until_it_is_in_force() {
    let fixture = Fixture::fresh();
    fixture.node.mine_history(440, anyone()).await.unwrap();
    let mut versions = Vec::new();
    for height in [1, 143, 144, 287, 288, 431, 432, 440] {
        let id = fixture.node.block_id_at(Height::new(height)).await.unwrap();
        let header = fixture.block(id).await.block.header;
        versions.push(header.version.to_consensus());
    }
    let (plain, signal) = (0x2000_0000, 0x3000_0000);
    assert_eq!(
        versions,
        [plain, plain, signal, signal, signal, signal, plain, plain]
    );
}
