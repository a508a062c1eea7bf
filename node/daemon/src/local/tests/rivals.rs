//! Branches: most work wins, undo is exact, and an invalid rival changes nothing.
use bitcoin::{Amount, BlockHash, OutPoint, Txid};
use moneta_chain::{Height, SealedBlock};
use moneta_node_api::{ChainEvent, NodeApi};

use super::fixture::{Fixture, anyone_else, resealed};

/// Two nodes with the same chain and `spendable` ripe coins.
async fn twins(spendable: u32) -> (Fixture, Fixture) {
    let (one, two) = (Fixture::with_coins(spendable).await, Fixture::fresh());
    two.follow(&one).await;
    assert_eq!(one.digest().await, two.digest().await);
    (one, two)
}

/// Submits and mines payments, one a block: each spends a ripe coinbase, and every other one what the
/// one before it made.
async fn mine_payments(fixture: &Fixture, blocks: u32) -> Vec<Txid> {
    let mut txids: Vec<Txid> = Vec::new();
    for number in 1..=blocks {
        let mut coins = vec![fixture.coinbase(number).await];
        if let Some(last) = txids.last().filter(|_| number % 2 == 0) {
            coins.push(OutPoint::new(*last, 0));
        }
        let tx = fixture.pay(&coins, 2, 1_000).await;
        txids.push(fixture.submit(&tx).await.unwrap());
        fixture.mine(1).await;
    }
    txids
}

/// Mines blocks that no other node mines.
async fn mine_apart(fixture: &Fixture, blocks: u32) -> Vec<SealedBlock> {
    let mut mined = Vec::new();
    for id in fixture.node.mine(blocks, anyone_else()).await.unwrap() {
        mined.push(fixture.block(id).await);
    }
    mined
}

async fn offer(fixture: &Fixture, block: &SealedBlock) -> Result<BlockHash, String> {
    let offered = fixture.node.submit_block(block.clone()).await;
    offered.map_err(|rejection| rejection.code)
}

/// Follows every step from `from` to the tip; counts blocks taken back and connected.
async fn walk(fixture: &Fixture, from: BlockHash) -> (usize, usize) {
    let (mut at, mut back, mut forth) = (from, 0, 0);
    while let Some(event) = fixture.node.step_from(at).await.unwrap() {
        match event {
            ChainEvent::Disconnected(block) => {
                assert_eq!(block.id, at);
                at = block.block.block.header.prev_blockhash;
                back += 1;
            }
            ChainEvent::Connected(block) => {
                assert_eq!(block.block.block.header.prev_blockhash, at);
                at = block.id;
                forth += 1;
            }
        }
    }
    assert_eq!(at, fixture.node.tip().await.id);
    (back, forth)
}

async fn reorganise(depth: u32) {
    let (one, two) = twins(depth).await;
    let paid = mine_payments(&one, depth).await;
    let (tip, digest) = (one.node.tip().await, one.digest().await);
    let keeper = Fixture::fresh();
    keeper.follow(&one).await;

    // The rival branch takes over with its last block, and not before.
    let rival = mine_apart(&two, depth + 1).await;
    let (last, before) = rival.split_last().unwrap();
    for block in before {
        offer(&one, block).await.unwrap();
        assert_eq!(one.node.tip().await.id, tip.id);
    }
    offer(&one, last).await.unwrap();
    assert_eq!(one.node.tip().await.id, last.id());
    assert_eq!(one.digest().await, two.digest().await);
    assert_eq!(one.pooled().await, paid, "payments wait again, in order");
    let depth = usize::try_from(depth).unwrap();
    assert_eq!(walk(&one, tip.id).await, (depth, depth + 1));

    // And back again, when the old branch gets more work.
    let comeback = mine_apart(&keeper, 2).await;
    for block in &comeback {
        offer(&one, block).await.unwrap();
    }
    assert_eq!(one.node.tip().await.id, comeback[1].id());
    assert_eq!(one.digest().await, keeper.digest().await);
    assert_eq!(one.pooled().await, []);
    assert_eq!(walk(&one, last.id()).await, (depth + 1, depth + 2));

    // Undone block by block, the old tip's state is the old tip's state.
    let aside = Fixture::fresh();
    for height in 1..=tip.height.to_u32() {
        let id = one.node.block_id_at(Height::new(height)).await.unwrap();
        offer(&aside, &one.block(id).await).await.unwrap();
    }
    assert_eq!(aside.digest().await, digest);
}

#[tokio::test]
async fn a_reorganisation_of_one_block_is_exact() {
    reorganise(1).await;
}

#[tokio::test]
async fn a_reorganisation_of_six_blocks_is_exact() {
    reorganise(6).await;
}

#[tokio::test]
async fn a_reorganisation_of_thirty_blocks_is_exact() {
    reorganise(30).await;
}

#[tokio::test]
async fn an_equal_rival_does_not_move_the_tip() {
    let (one, two) = twins(1).await;
    let ours = one.mine(3).await;
    for block in mine_apart(&two, 3).await {
        offer(&one, &block).await.unwrap();
    }
    assert_eq!(one.node.tip().await.id, ours[2]);
}

#[tokio::test]
async fn a_better_branch_that_proves_invalid_leaves_the_old_tip_in_place() {
    let (one, two) = twins(2).await;
    mine_payments(&one, 2).await;
    let (tip, digest, pooled) = (one.node.tip().await, one.digest().await, one.pooled().await);

    // Valid, then a coinbase that takes too much, then one on top of that.
    let rival = mine_apart(&two, 2).await;
    let height = two.height().await + 1;
    let mut greedy = mine_apart(&two, 1).await.remove(0).block;
    greedy.txdata[0].output[0].value += Amount::from_sat(1);
    let greedy = resealed(greedy, height);
    let mut on_top = mine_apart(&two, 1).await.remove(0).block;
    on_top.header.prev_blockhash = greedy.id();
    let on_top = resealed(on_top, height + 1);

    for block in &rival {
        offer(&one, block).await.unwrap();
    }
    let code = offer(&one, &greedy).await.unwrap_err();
    assert!(code.starts_with("block."), "{code}");
    assert_eq!(one.node.tip().await.id, tip.id);
    assert_eq!(one.digest().await, digest);
    assert_eq!(one.pooled().await, pooled);
    assert_eq!(
        offer(&one, &greedy).await.unwrap_err(),
        "block.known_invalid"
    );
    assert_eq!(offer(&one, &on_top).await.unwrap_err(), "block.on_invalid");

    // The valid part of the branch still counts: one more block on it and it wins.
    for block in rival.iter().chain(&mine_apart_on(&one, &rival).await) {
        offer(&one, block).await.unwrap();
    }
    assert_ne!(one.node.tip().await.id, tip.id);
}

/// Mines one block more on a rival branch that stands on the chain below `one`'s last two blocks.
async fn mine_apart_on(one: &Fixture, rival: &[SealedBlock]) -> Vec<SealedBlock> {
    let aside = Fixture::fresh();
    let fork = one.height().await - 2;
    for height in 1..=fork {
        let id = one.node.block_id_at(Height::new(height)).await.unwrap();
        offer(&aside, &one.block(id).await).await.unwrap();
    }
    for block in rival {
        offer(&aside, block).await.unwrap();
    }
    mine_apart(&aside, 1).await
}

#[tokio::test]
async fn known_blocks_are_accepted_again_and_strangers_refused() {
    let (one, two) = twins(1).await;
    let revision = one.node.changed(0).await;
    let blocks = mine_apart(&two, 2).await;
    assert_eq!(
        offer(&one, &blocks[1]).await.unwrap_err(),
        "block.unknown_parent"
    );
    offer(&one, &blocks[0]).await.unwrap();
    offer(&one, &blocks[0]).await.unwrap();
    offer(&one, &blocks[1]).await.unwrap();
    assert_eq!(one.node.tip().await.id, blocks[1].id());
    assert_eq!(one.node.changed(revision).await, revision + 2);
}

#[tokio::test]
async fn a_bad_seal_or_body_says_nothing_about_the_id() {
    let (one, two) = twins(1).await;
    let good = mine_apart(&two, 1).await.remove(0);
    let mut bad_seal = good.clone();
    bad_seal.seal.mix_hash[0] ^= 1;
    assert!(offer(&one, &bad_seal).await.is_err());
    let mut bad_body = good.clone();
    bad_body.block.txdata.push(bad_body.block.txdata[0].clone());
    assert!(offer(&one, &bad_body).await.is_err());
    let mut bad_witness = good.clone();
    bad_witness.block.txdata[0].input[0].witness.push([0]);
    assert!(offer(&one, &bad_witness).await.is_err());
    offer(&one, &good).await.unwrap();
    assert_eq!(one.node.tip().await.id, good.id());
}

#[tokio::test]
async fn a_block_too_far_ahead_is_welcome_later() {
    let (one, two) = twins(1).await;
    two.clock.advance(500);
    let early = mine_apart(&two, 1).await.remove(0);
    assert!(offer(&one, &early).await.is_err());
    one.clock.advance(500);
    offer(&one, &early).await.unwrap();
}
