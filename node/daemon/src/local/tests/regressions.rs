//! Bugs that hurt other chains, as black-box cases against a whole node. Numbers are those of the catalogue of
//! historical bugs that this project started from; those of transactions and mempools stand elsewhere.
use bitcoin::BlockHash;
use bitcoin::hashes::Hash;
use moneta_chain::SealedBlock;
use moneta_node_api::NodeApi;

use super::fixture::{Fixture, NOW, resealed};

/// A node, and the next block of its chain, made by another whose clock is ahead.
async fn block_from_the_future(seconds: u64) -> (Fixture, SealedBlock) {
    let (one, other) = (Fixture::with_coins(1).await, Fixture::fresh());
    other.follow(&one).await;
    other.clock.set(NOW + seconds);
    let id = other.mine(1).await[0];
    let block = other.block(id).await;
    assert_eq!(u64::from(block.block.header.time), NOW + seconds);
    (one, block)
}

async fn offer(fixture: &Fixture, block: &SealedBlock) -> Result<BlockHash, String> {
    let offered = fixture.node.submit_block(block.clone()).await;
    offered.map_err(|rejection| rejection.code)
}

/// R8 (Metaverse issue 274 and Verge 2018): blocks of the future bend the difficulty. The rest of R8, miners
/// that play every allowed time, is the story `miners`.
#[tokio::test]
async fn r8_a_block_two_hours_ahead_is_refused_now() {
    let (node, block) = block_from_the_future(7_200).await;
    let tip = node.node.tip().await;
    assert_eq!(
        offer(&node, &block).await,
        Err("header.time_too_new".to_owned())
    );
    assert_eq!(node.node.tip().await, tip);
}

/// R9 (CKB GHSA-r9rv-9mh8-pxf4): a block that was too new was remembered as invalid.
#[tokio::test]
async fn r9_a_block_that_was_too_new_is_taken_once_its_time_has_come() {
    let (node, block) = block_from_the_future(121).await;
    for _ in 0..3 {
        assert_eq!(
            offer(&node, &block).await,
            Err("header.time_too_new".to_owned())
        );
    }
    node.clock.set(NOW + 1);
    assert_eq!(offer(&node, &block).await, Ok(block.id()));
    assert_eq!(node.node.tip().await.id, block.id());
}

/// R11 (the shape of Metaverse's header number): a header claims a height in a far epoch, and a node computes
/// that epoch's cache. Here a header has no height until its parent is known, whatever its coinbase says.
#[tokio::test]
async fn r11_a_thousand_blocks_that_claim_far_epochs_cost_no_cache() {
    let node = Fixture::with_coins(1).await;
    let epochs = || node.node.core.read().chain.seals().epochs();
    let before = epochs();
    let next = node.block(node.mine(1).await[0]).await;
    for number in 0..1_000_u32 {
        let mut far = next.clone();
        far.block.header.prev_blockhash = BlockHash::hash(&number.to_le_bytes());
        let height = i64::from(number) * 262_144;
        far.block.txdata[0].input[0].script_sig = bitcoin::script::Builder::new()
            .push_int(height)
            .push_slice(b"far")
            .into_script();
        assert_eq!(
            offer(&node, &far).await,
            Err("block.unknown_parent".to_owned())
        );
    }
    assert_eq!(epochs(), before, "no cache was grown");
    // The same claim under a known parent is sealed and all: the coinbase lies, and nothing believes it.
    let mut liar = next.block.clone();
    liar.header.nonce ^= 1;
    liar.txdata[0].input[0].script_sig = bitcoin::script::Builder::new()
        .push_int(500_000_000)
        .push_slice(b"far")
        .into_script();
    let liar = resealed(liar, node.height().await);
    assert_eq!(
        offer(&node, &liar).await,
        Err("block.bad_coinbase_height".to_owned())
    );
    assert_eq!(epochs(), before);
}
