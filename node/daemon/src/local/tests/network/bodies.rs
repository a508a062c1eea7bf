//! Bodies: in any order, of the wrong kind, and of blocks that break a rule.
use bitcoin::Amount;
use moneta_chain::{Height, SealedBlock};
use moneta_node_api::NodeApi;
use moneta_p2p::BlockVerdict;

use super::super::fixture::{Fixture, anyone_else, resealed};
use super::{accept, chain_of, give, headers, pair, refusal, seals_checked};

const MOVED: BlockVerdict = BlockVerdict::Accepted { moved: true };
const KEPT: BlockVerdict = BlockVerdict::Accepted { moved: false };

/// A chain of which the block at `height` takes one grain too many, with `above` blocks on that. All its headers hold.
pub(super) async fn greedy_chain(maker: &Fixture, height: usize, above: usize) -> Vec<SealedBlock> {
    let mut blocks = chain_of(maker).await;
    blocks.truncate(height);
    let mut greedy = blocks.pop().unwrap().block;
    greedy.txdata[0].output[0].value += Amount::from_sat(1);
    blocks.push(resealed(greedy, u32::try_from(height).unwrap()));
    let aside = Fixture::fresh();
    aside
        .node
        .mine(u32::try_from(height + above).unwrap(), anyone_else())
        .await
        .unwrap();
    for block in chain_of(&aside).await.split_off(height) {
        let mut block = block.block;
        block.header.prev_blockhash = blocks.last().unwrap().id();
        let height = u32::try_from(blocks.len() + 1).unwrap();
        blocks.push(resealed(block, height));
    }
    blocks
}

#[tokio::test]
async fn bodies_wait_for_their_parents_and_the_one_that_closes_the_gap_connects_them_all() {
    let (one, two, blocks) = pair(9).await;
    let port = two.node.network_port();
    accept(&port, &blocks);
    for block in blocks[1..].iter().rev() {
        assert_eq!(give(&port, block), KEPT);
        assert!(port.header(&block.id()).unwrap().has_body);
        assert_eq!(
            port.block(&block.id()),
            None,
            "what is not proven is not passed on"
        );
    }
    let waiting: usize = blocks[1..]
        .iter()
        .map(|block| block.block.total_size())
        .sum();
    assert_eq!(port.waiting_bytes(), waiting);
    assert_eq!(port.wanted_bodies(100).len(), 1);
    assert_eq!(give(&port, &blocks[0]), MOVED);
    assert_eq!(port.waiting_bytes(), 0);
    assert_eq!(two.digest().await, one.digest().await);
    assert_eq!(*port.block(&blocks[4].id()).unwrap(), blocks[4]);
}

#[tokio::test]
async fn a_miner_who_makes_the_very_block_that_others_wait_for_goes_on_from_these() {
    let (one, two) = (Fixture::fresh(), Fixture::fresh());
    for _ in 0..3 {
        one.mine(1).await;
    }
    let blocks = chain_of(&one).await;
    let port = two.node.network_port();
    accept(&port, &blocks);
    for block in &blocks[1..] {
        assert_eq!(give(&port, block), KEPT);
    }
    assert_eq!(two.mine(1).await, [blocks[0].id()], "the same to the bit");
    assert_eq!(two.height().await, 3);
    two.mine(1).await;
    assert_eq!(two.height().await, 4);
}

#[tokio::test]
async fn a_body_without_a_verified_header_is_not_looked_at() {
    let (_one, two, blocks) = pair(1).await;
    let port = two.node.network_port();
    assert_eq!(give(&port, &blocks[0]), BlockVerdict::UnknownHeader);
    assert_eq!(port.header(&blocks[0].id()), None);
}

#[tokio::test]
async fn a_body_that_is_not_the_one_its_header_commits_to_condemns_nothing() {
    let (_one, two, blocks) = pair(3).await;
    let port = two.node.network_port();
    accept(&port, &blocks);
    // The next block, and one that has to wait.
    for block in [&blocks[0], &blocks[2]] {
        let mutations: [fn(&mut SealedBlock); 4] = [
            |block| block.block.txdata.push(block.block.txdata[0].clone()),
            |block| block.block.txdata[0].output[0].value += Amount::from_sat(1),
            |block| block.block.txdata[0].input[0].witness.push([0]),
            |block| block.block.txdata.clear(),
        ];
        for mutate in mutations {
            let mut mutated = block.clone();
            mutate(&mut mutated);
            let verdict = give(&port, &mutated);
            assert!(
                matches!(verdict, BlockVerdict::Mutated { .. }),
                "{verdict:?}"
            );
            assert!(!port.is_condemned(&block.id()));
        }
    }
    assert_eq!(give(&port, &blocks[2]), KEPT);
    assert_eq!(give(&port, &blocks[1]), KEPT);
    assert_eq!(give(&port, &blocks[0]), MOVED);
    assert_eq!(port.tip().id, blocks[2].id());
}

#[tokio::test]
async fn a_block_that_breaks_a_rule_is_condemned_with_all_headers_on_it_and_the_best_other_is_taken()
 {
    let (one, two, honest) = pair(6).await;
    let port = two.node.network_port();
    let bad = greedy_chain(&one, 4, 5).await;
    accept(&port, &honest);
    accept(&port, &bad);
    assert_eq!(port.best_header().id, bad[8].id());
    for block in &bad[..3] {
        assert_eq!(give(&port, block), MOVED);
    }
    // One of those on it is here already.
    assert_eq!(give(&port, &bad[5]), KEPT);
    let checked = seals_checked(&two);
    let verdict = BlockVerdict::Invalid {
        code: "block.reward_too_high",
    };
    assert_eq!(give(&port, &bad[3]), verdict);
    for block in &bad[3..] {
        assert!(port.is_condemned(&block.id()));
        assert_eq!(port.header(&block.id()), None);
        let verdict = BlockVerdict::Invalid {
            code: "block.known_invalid",
        };
        assert_eq!(give(&port, block), verdict);
    }
    assert_eq!(port.waiting_bytes(), 0);
    assert_eq!(port.best_header().id, honest[5].id());
    assert_eq!(port.wanted_bodies(9).first().unwrap().id, honest[3].id());
    // Whoever sends such headers again is to blame, and has none of them proven.
    assert_eq!(
        refusal(&port, &headers(&bad)),
        (3, "block.known_invalid", true)
    );
    let mut next = bad[8].block.clone();
    next.header.prev_blockhash = bad[8].id();
    next.header.time += 1;
    let next = headers(&[resealed(next, 10)]);
    assert_eq!(refusal(&port, &next), (0, "block.on_invalid", true));
    assert_eq!(seals_checked(&two), checked);
    for block in &honest[3..] {
        assert_eq!(give(&port, block), MOVED);
    }
    assert_eq!(two.digest().await, one.digest().await);
}

#[tokio::test]
async fn a_bad_block_among_those_that_waited_stops_the_tip_before_it() {
    let (one, two, honest) = pair(6).await;
    let port = two.node.network_port();
    let bad = greedy_chain(&one, 4, 5).await;
    accept(&port, &bad);
    for block in bad[1..].iter().rev() {
        assert_eq!(give(&port, block), KEPT);
    }
    assert_eq!(give(&port, &bad[0]), MOVED);
    assert_eq!(port.tip().id, bad[2].id());
    assert!(port.is_condemned(&bad[3].id()) && port.is_condemned(&bad[8].id()));
    assert_eq!(port.best_header(), port.tip());
    accept(&port, &honest);
    assert_eq!(port.wanted_bodies(9).len(), 3);
}

#[tokio::test]
async fn a_whole_block_may_come_before_after_and_between_headers_and_bodies() {
    let (one, two, blocks) = pair(6).await;
    let port = two.node.network_port();
    two.node.submit_block(blocks[0].clone()).await.unwrap();
    accept(&port, &blocks[..4]);
    // Its header is here and its parent's body is not: it waits.
    two.node.submit_block(blocks[2].clone()).await.unwrap();
    assert_eq!(two.height().await, 1);
    assert_eq!(give(&port, &blocks[2]), BlockVerdict::Known);
    // Its parent has a header only.
    two.node.submit_block(blocks[4].clone()).await.unwrap();
    assert_eq!(port.best_header().id, blocks[4].id());
    assert_eq!(give(&port, &blocks[3]), KEPT);
    two.node.submit_block(blocks[1].clone()).await.unwrap();
    assert_eq!(two.height().await, 5);
    two.node.submit_block(blocks[5].clone()).await.unwrap();
    assert_eq!(two.digest().await, one.digest().await);
    assert_eq!(seals_checked(&two), 6);
}

#[tokio::test]
async fn a_node_that_mines_on_while_headers_of_a_longer_branch_are_known_goes_over_when_bodies_come()
 {
    let (one, two, blocks) = pair(8).await;
    let port = two.node.network_port();
    accept(&port, &blocks);
    let own = two.node.mine(3, anyone_else()).await.unwrap();
    assert_eq!(port.tip().id, own[2]);
    assert_eq!(port.common_height(&own[2]), Some(Height::GENESIS));
    for block in &blocks[..3] {
        assert_eq!(give(&port, block), KEPT, "equal work does not move the tip");
    }
    assert_eq!(give(&port, &blocks[3]), MOVED);
    for block in &blocks[4..] {
        assert_eq!(give(&port, block), MOVED);
    }
    assert_eq!(two.digest().await, one.digest().await);
}

#[tokio::test]
async fn a_failed_move_to_another_branch_leaves_the_way_to_the_best_header_as_it_was() {
    let (one, two) = (Fixture::fresh(), Fixture::fresh());
    one.node.mine(5, anyone_else()).await.unwrap();
    let best = chain_of(&one).await;
    // Shares its first block with the best, and its third breaks a rule.
    let fork = Fixture::fresh();
    fork.node.submit_block(best[0].clone()).await.unwrap();
    fork.mine(2).await;
    let bad = greedy_chain(&fork, 3, 0).await;
    let port = two.node.network_port();
    let own = two.mine(2).await;
    accept(&port, &best);
    accept(&port, &bad);
    for block in &bad[..2] {
        assert_eq!(give(&port, block), KEPT);
    }
    assert!(matches!(give(&port, &bad[2]), BlockVerdict::Invalid { .. }));
    assert_eq!(port.tip().id, own[1]);
    for (height, block) in (1..).zip(&best) {
        assert_eq!(port.id_on_best(Height::new(height)), Some(block.id()));
    }
    assert_eq!(port.common_height(&own[1]), Some(Height::GENESIS));
    assert_eq!(port.common_height(&bad[1].id()), Some(Height::new(1)));
    assert_eq!(port.wanted_bodies(9).len(), 4);
    for block in &best[1..] {
        give(&port, block);
    }
    assert_eq!(two.digest().await, one.digest().await);
}

#[tokio::test]
async fn blocks_share_their_syncs_are_there_at_once_and_last_when_that_is_asked_for() {
    let (one, two, blocks) = pair(12).await;
    let port = two.node.network_port();
    accept(&port, &blocks);
    let unsynced = || two.node.core.archive.unsynced();
    for (height, block) in (1..).map(Height::new).zip(&blocks[..11]) {
        assert_eq!(port.accept_block(block.block.clone()), MOVED);
        assert_eq!(port.tip().height, height);
    }
    assert!(unsynced() > 0);
    for block in &blocks[..11] {
        assert_eq!(*port.block(&block.id()).unwrap(), *block);
        assert!(port.filter(&block.id()).is_some());
    }
    assert_eq!(port.accept_block(blocks[11].block.clone()), MOVED);
    port.flush();
    assert_eq!(unsynced(), 0);
    assert_eq!(two.digest().await, one.digest().await);
}
