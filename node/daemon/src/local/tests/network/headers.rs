//! Headers: which are taken, which are proven, and what follows from them.
use bitcoin::BlockHash;
use bitcoin::hashes::Hash;
use moneta_chain::{ChainWork, Height, SealedBlock};
use moneta_node_api::NodeApi;
use moneta_p2p::{BlockVerdict, HeadersVerdict};

use super::super::fixture::{Fixture, anyone_else};
use super::{accept, chain_of, give, headers, pair, refusal, seals_checked};

#[tokio::test]
async fn a_header_is_proven_once_and_the_best_one_stands_beside_the_best_block() {
    let (_one, two, blocks) = pair(20).await;
    let port = two.node.network_port();
    assert_eq!(port.best_header(), port.tip());
    assert_eq!(accept(&port, &blocks[..12]), 12);
    assert_eq!(accept(&port, &blocks[..12]), 0);
    assert_eq!(accept(&port, &blocks[5..]), 8);
    assert_eq!(seals_checked(&two), 20);
    assert_eq!(two.height().await, 0);
    let best = port.best_header();
    assert_eq!((best.height.to_u32(), best.has_body), (20, false));
    for block in &blocks {
        assert_eq!(give(&port, block), BlockVerdict::Accepted { moved: true });
        assert_eq!(give(&port, block), BlockVerdict::Known);
    }
    assert_eq!(seals_checked(&two), 20, "no seal was looked at again");
    assert_eq!(port.best_header(), port.tip());
    assert!(port.tip().has_body);
}

#[tokio::test]
async fn a_second_seal_for_a_known_id_is_of_no_interest() {
    let (one, two, blocks) = pair(2).await;
    let port = two.node.network_port();
    accept(&port, &blocks[..1]);
    let mut other = blocks[0].clone();
    other.seal.mix_hash[0] ^= 1;
    assert_eq!(accept(&port, std::slice::from_ref(&other)), 0);
    two.node.submit_block(other).await.unwrap();
    assert_eq!(two.digest().await, {
        let aside = Fixture::fresh();
        aside.node.submit_block(blocks[0].clone()).await.unwrap();
        aside.digest().await
    });
    assert_eq!(
        port.sealed_header(&blocks[0].id()),
        one.node.network_port().sealed_header(&blocks[0].id())
    );
}

#[tokio::test]
async fn headers_without_a_known_parent_or_without_proof_are_not_kept() {
    let (_one, two, blocks) = pair(6).await;
    let port = two.node.network_port();
    let all = headers(&blocks);
    assert_eq!(port.accept_headers(&all[1..]), HeadersVerdict::Unconnected);
    assert_eq!(port.accept_headers(&[]), HeadersVerdict::Unconnected);
    let mut forged = all.clone();
    forged[3].seal.mix_hash[0] ^= 1;
    let (held, code, is_offence) = refusal(&port, &forged);
    assert!(held <= 3 && is_offence, "{held} {code}");
    assert!(port.header(&blocks[3].id()).is_none());
    // What is wrong without a look at the seal is found before any is looked at.
    let mut old = all.clone();
    old[4].header.time = 1;
    assert_eq!(refusal(&port, &old), (4, "header.time_too_old", true));
    let mut torn = all.clone();
    torn.remove(2);
    assert_eq!(refusal(&port, &torn).1, "header.wrong_parent");
    // The id says nothing of the seal that came with it.
    assert_eq!(accept(&port, &blocks), 2);
}

#[tokio::test]
async fn an_early_header_is_refused_for_now_without_blame_and_those_before_it_hold() {
    let (one, two, _) = pair(3).await;
    one.clock.advance(500);
    one.mine(1).await;
    let blocks = chain_of(&one).await;
    let port = two.node.network_port();
    for _ in 0..2 {
        assert_eq!(
            refusal(&port, &headers(&blocks)),
            (3, "header.time_too_new", false)
        );
    }
    assert_eq!(port.best_header().height.to_u32(), 3);
    two.clock.advance(500);
    assert_eq!(accept(&port, &blocks), 1);
}

#[tokio::test]
async fn headers_too_far_beyond_the_tip_are_taken_when_that_has_come_nearer() {
    let (_one, two, blocks) = pair(8).await;
    let port = two.node.network_port();
    let all = headers(&blocks);
    let refused = |held| HeadersVerdict::Refused {
        held,
        code: "header.too_far_ahead",
        is_offence: false,
    };
    let accept = || two.node.core.accept_headers(&all, 5);
    assert_eq!(accept(), refused(5));
    assert_eq!(accept(), refused(5));
    assert_eq!(port.best_header().height.to_u32(), 5);
    give(&port, &blocks[0]);
    assert_eq!(accept(), refused(6));
    for block in &blocks[1..4] {
        give(&port, block);
    }
    assert!(matches!(
        accept(),
        HeadersVerdict::Accepted { fresh: 2, .. }
    ));
    assert_eq!(seals_checked(&two), 8);
}

#[tokio::test]
async fn claimed_work_is_counted_without_a_look_at_seals() {
    let (one, two, blocks) = pair(5).await;
    let port = two.node.network_port();
    let mut unsealed = headers(&blocks);
    for sealed in &mut unsealed {
        sealed.seal = moneta_chain::Seal::default();
    }
    let whole = one.node.network_port().tip().work;
    assert_eq!(port.claimed_work(&unsealed), Some(whole));
    assert_eq!(seals_checked(&two), 0);
    assert_eq!(port.claimed_work(&unsealed[1..]), None, "on nothing known");
    assert_eq!(port.claimed_work(&[]), None);
    let last = ChainWork::of(&unsealed[4].header);
    unsealed[4].header.time = u32::MAX;
    let early = port.claimed_work(&unsealed).unwrap();
    assert_eq!(
        early.saturating_add(last),
        whole,
        "an early one is not counted"
    );
    unsealed[4].header.bits = bitcoin::CompactTarget::from_consensus(0x1d00_ffff);
    unsealed[4].header.time = unsealed[3].header.time + 1;
    assert_eq!(port.claimed_work(&unsealed), None, "another difficulty");
}

#[tokio::test]
async fn the_way_to_the_best_header_is_told_by_height_across_branches() {
    let (one, two, stem) = pair(10).await;
    let port = two.node.network_port();
    two.follow(&one).await;
    let ours: Vec<BlockHash> = two.mine(2).await;
    one.node.mine(5, anyone_else()).await.unwrap();
    let rival = chain_of(&one).await;
    accept(&port, &rival);
    let id_at = |height| port.id_on_best(Height::new(height));
    assert_eq!(port.tip().id, ours[1]);
    assert_eq!(port.best_header().id, rival[14].id());
    assert_eq!(id_at(10), Some(stem[9].id()));
    assert_eq!(id_at(11), Some(rival[10].id()));
    assert_eq!(id_at(15), Some(rival[14].id()));
    assert_eq!(id_at(16), None);
    assert_eq!(port.common_height(&ours[1]), Some(Height::new(10)));
    assert_eq!(port.common_height(&rival[12].id()), Some(Height::new(13)));
    let wanted: Vec<BlockHash> = port.wanted_bodies(3).iter().map(|point| point.id).collect();
    let lacking: Vec<BlockHash> = rival[10..].iter().map(SealedBlock::id).collect();
    assert_eq!(wanted, lacking[..3]);
    // A locator leads back to genesis from either branch, and never twice over one block.
    for from in [ours[1], rival[14].id(), stem[4].id()] {
        let locator = port.locator(&from);
        assert_eq!(locator[0], from);
        assert_eq!(*locator.last().unwrap(), id_at(0).unwrap());
        let heights: Vec<Height> = locator
            .iter()
            .map(|id| port.header(id).unwrap().height)
            .collect();
        assert!(heights.is_sorted_by(|a, b| a > b));
    }
    for block in &rival[10..] {
        give(&port, block);
    }
    assert_eq!(port.tip(), port.best_header());
    assert_eq!(port.tip().id, rival[14].id());
    assert_eq!(port.common_height(&ours[1]), Some(Height::new(10)));
}

#[tokio::test]
async fn whoever_asks_gets_what_follows_where_it_stands() {
    let (one, _two, blocks) = pair(40).await;
    let port = one.node.network_port();
    let ids: Vec<BlockHash> = blocks.iter().map(SealedBlock::id).collect();
    let nobody = BlockHash::all_zeros();
    let after =
        |locator: &[BlockHash], stop: &BlockHash, max| port.headers_after(locator, stop, max);
    assert_eq!(
        after(&[nobody, ids[9]], &nobody, 2_000),
        headers(&blocks[10..])
    );
    assert_eq!(after(&[ids[9]], &ids[11], 2_000), headers(&blocks[10..12]));
    assert_eq!(after(&[ids[9]], &nobody, 3), headers(&blocks[10..13]));
    assert_eq!(after(&[nobody], &nobody, 2_000), headers(&blocks));
    assert_eq!(after(&[ids[39]], &nobody, 2_000), []);
    assert_eq!(port.locator(&nobody), []);
    let locator = port.locator(&ids[39]);
    assert_eq!(
        locator[..11],
        [39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29].map(|at| ids[at])
    );
    assert_eq!(locator.len(), 15, "then 2, 4 and 8 apart, and genesis");
}

#[tokio::test]
async fn a_restart_forgets_headers_without_bodies_and_the_node_asks_again() {
    let (one, two, blocks) = pair(8).await;
    {
        let port = two.node.network_port();
        accept(&port, &blocks);
        for block in blocks[..3].iter().chain(&blocks[5..]) {
            give(&port, block);
        }
        assert_eq!(port.tip().height.to_u32(), 3);
        assert!(port.waiting_bytes() > 0);
    }
    let two = two.reopened();
    let port = two.node.network_port();
    assert_eq!(port.best_header(), port.tip());
    assert_eq!(port.waiting_bytes(), 0);
    assert_eq!(accept(&port, &blocks), 5);
    for block in blocks[3..].iter().rev() {
        give(&port, block);
    }
    assert_eq!(two.digest().await, one.digest().await);
}
