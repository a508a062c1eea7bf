//! Branches that leave the chain below what a node can take back: it imported a snapshot, or pruned. They are not taken,
//! and stop nothing.
use moneta_chain::{Height, Params, SealedBlock};
use moneta_node_api::NodeApi;
use moneta_p2p::BlockVerdict;

use super::fixture::{Fixture, NOW, anyone_else, open};
use super::network::{chain_of, give, headers, refusal};
use crate::upkeep;

const OUT_OF_REACH: &str = "block.out_of_reach";

/// A node elsewhere that began with the state of this one at its tip, which then stops.
async fn imported(fixture: Fixture) -> (Fixture, Vec<SealedBlock>) {
    let blocks = chain_of(&fixture).await;
    let Fixture { node, dir, clock } = fixture;
    drop(node);
    let (params, file) = (Params::dev(), dir.path().join("snapshot"));
    upkeep::export(dir.path(), &params, &file, 0).unwrap();
    let dir = std::sync::Arc::new(tempfile::tempdir().unwrap());
    upkeep::import(dir.path(), &params, &file, None, NOW, |_| ()).unwrap();
    let node = open(dir.path(), &clock);
    (Fixture { node, clock, dir }, blocks)
}

/// The first `common` blocks, and then others: one more than there are.
async fn rival(blocks: &[SealedBlock], common: usize) -> Vec<SealedBlock> {
    let rival = Fixture::fresh();
    for block in &blocks[..common] {
        rival.node.submit_block(block.clone()).await.unwrap();
    }
    let more = u32::try_from(blocks.len() - common + 1).unwrap();
    rival.node.mine(more, anyone_else()).await.unwrap();
    chain_of(&rival).await
}

/// Offers a branch that leaves after `common` blocks in every way there is, and expects it to be left aside.
async fn expect_left_aside(fixture: &Fixture, rival: &[SealedBlock], common: usize) {
    let (tip, port) = (fixture.node.tip().await, fixture.node.network_port());
    let refused = fixture.node.submit_block(rival[common].clone()).await;
    assert_eq!(refused.unwrap_err().code, OUT_OF_REACH);
    let refused = fixture.node.submit_block(rival[common + 1].clone()).await;
    assert_eq!(refused.unwrap_err().code, "block.unknown_parent");
    // A peer sends headers first, and perhaps all of them.
    for known in [common, 0] {
        let told = refusal(&port, &headers(&rival[known..]));
        assert_eq!(told, (common - known, OUT_OF_REACH, false));
    }
    assert_eq!(port.claimed_work(&headers(&rival[common..])), None);
    assert_eq!(give(&port, &rival[common]), BlockVerdict::UnknownHeader);
    assert!(port.wanted_bodies(10).is_empty());
    assert_eq!((port.best_header().id, port.tip().id), (tip.id, tip.id));
    assert_eq!(*fixture.node.core.fatal.borrow(), None);
}

#[tokio::test]
async fn an_imported_node_outlives_a_reorganisation_of_its_first_block_and_goes_on() {
    let (fixture, blocks) = imported(Fixture::with_coins(5).await).await;
    let at = blocks.len();
    let rival = rival(&blocks, at - 1).await;
    expect_left_aside(&fixture, &rival, at - 1).await;
    let fixture = fixture.reopened();
    expect_left_aside(&fixture, &rival, at - 1).await;
    fixture.mine(2).await;
    expect_left_aside(&fixture, &rival, at - 1).await;
    assert_eq!(fixture.height().await as usize, at + 2);
}

#[tokio::test]
async fn an_imported_node_follows_every_branch_above_its_first_block() {
    let (fixture, blocks) = imported(Fixture::with_coins(5).await).await;
    let at = blocks.len();
    fixture.mine(3).await;
    let mut mined = blocks.clone();
    for height in at + 1..=at + 3 {
        let height = Height::new(u32::try_from(height).unwrap());
        let id = fixture.node.block_id_at(height).await.unwrap();
        mined.push(fixture.block(id).await);
    }
    let rival = rival(&mined, at).await;
    for block in &rival[at..] {
        fixture.node.submit_block(block.clone()).await.unwrap();
    }
    assert_eq!(
        fixture.node.tip().await.id,
        rival.last().map(SealedBlock::id).unwrap()
    );
    let (tip, fixture) = (fixture.node.tip().await, fixture.reopened());
    assert_eq!(fixture.node.tip().await, tip);
}

#[tokio::test]
async fn a_pruned_node_outlives_a_branch_that_leaves_among_what_it_pruned() {
    let fixture = Fixture::with_coins(1_000).await;
    let blocks = chain_of(&fixture).await;
    let Fixture { node, dir, clock } = fixture;
    drop(node);
    upkeep::prune(dir.path(), &Params::dev(), upkeep::MIN_KEPT).unwrap();
    let node = open(dir.path(), &clock);
    let fixture = Fixture { node, clock, dir };
    // 1,099 blocks: the bodies of the first 98 are gone.
    let [below, lowest] = [97, 98].map(|common| rival(&blocks, common));
    let below = below.await;
    expect_left_aside(&fixture, &below, 97).await;
    let fixture = fixture.reopened();
    expect_left_aside(&fixture, &below, 97).await;
    fixture.mine(1).await;
    // The lowest that it can follow, it follows.
    let lowest = lowest.await;
    for block in &lowest[98..] {
        fixture.node.submit_block(block.clone()).await.unwrap();
    }
    fixture
        .node
        .submit_block(below[97].clone())
        .await
        .unwrap_err();
}
