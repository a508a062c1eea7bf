//! A forced transfer through a whole node: what was signed over the coin before moves nothing afterwards.
use bitcoin::{OutPoint, Transaction};
use moneta_chain::Height;
use moneta_mips::{
    AssetId, Envelope, Freeze, Holders, IssueAsset, Operation, Reason, Rights, ScriptDigest, Tier,
};
use moneta_node_api::{NodeApi, RemovalReason};

use super::assets::{CARRIED, right, units};
use super::fixture::{Fixture, anyone_else, resealed};

const ISSUED: u64 = 1_000;
const BOTH: Rights = Rights::FREEZE.union(Rights::COMPLIANCE);
/// Blocks that an ORDER must have stood.
const DAY: u32 = 1_440;

/// Uses both rights over an asset, in a block of its own; returns where they are then.
async fn does(
    fixture: &Fixture,
    (asset, authority, fee_coin): (AssetId, OutPoint, u32),
    operation: Operation,
) -> OutPoint {
    let said = Envelope {
        allocations: vec![right(asset, BOTH, 0)],
        operations: vec![operation],
    };
    let coins = [authority, fixture.coinbase(fee_coin).await];
    let tx = fixture.carry(&coins, &[CARRIED], &said, 200_000).await;
    let txid = fixture.submit(&tx).await.unwrap();
    fixture.mine(1).await;
    OutPoint::new(txid, 0)
}

/// Issues gold in a block: units on output 0, both rights on output 1.
async fn issued(fixture: &Fixture) -> (AssetId, OutPoint, OutPoint) {
    let coin = fixture.coinbase(1).await;
    let issue = IssueAsset {
        symbol: "GOLD".into(),
        issuer: None,
        decimals: 3,
        initial: ISSUED,
        cap: ISSUED,
        powers: BOTH,
        holders: Holders::Open,
        name: String::new(),
        contract_hash: [1; 32],
    };
    let asset = AssetId::derive(&coin, 0, &issue);
    let said = Envelope {
        allocations: vec![units(asset, 0, ISSUED), right(asset, BOTH, 1)],
        operations: vec![Operation::IssueAsset(issue)],
    };
    let tx = fixture
        .carry(&[coin], &[CARRIED, CARRIED], &said, 1_000_000)
        .await;
    let txid = fixture.submit(&tx).await.unwrap();
    fixture.mine(1).await;
    (asset, OutPoint::new(txid, 0), OutPoint::new(txid, 1))
}

#[tokio::test]
async fn a_presigned_spend_of_a_moved_attachment_is_thrown_out_and_moves_nothing() {
    let fixture = Fixture::with_coins(6).await;
    let (asset, coin, authority) = issued(&fixture).await;
    let script = ScriptDigest::of(&anyone_else());
    let home = Operation::SetRedemption { asset, script };
    let authority = does(&fixture, (asset, authority, 2), home).await;
    let order = Operation::Freeze(Freeze {
        asset,
        targets: vec![coin].into(),
        tier: Tier::Order,
        stop: Height::new(fixture.height().await + 2 * DAY),
        reason: Reason::CourtOrder,
        jurisdiction: *b"CH",
        document: [0xd0; 32],
    });
    let authority = does(&fixture, (asset, authority, 3), order).await;
    for _ in 0..DAY / 90 {
        fixture.clock.advance(90);
        fixture.mine(90).await;
    }

    // The holder signs a payment home, which frozen coins may make, and it waits.
    let said = Envelope {
        allocations: vec![units(asset, 0, ISSUED)],
        operations: Vec::new(),
    };
    let coins = [coin, fixture.coinbase(4).await];
    let mut presigned = fixture.carry(&coins, &[CARRIED], &said, 0).await;
    presigned.output[0].script_pubkey = anyone_else();
    let elsewhere = Fixture::fresh();
    elsewhere.clock.advance(u64::from(DAY));
    elsewhere.follow(&fixture).await;
    fixture.submit(&presigned).await.unwrap();

    let take = Operation::ForceTransfer {
        asset,
        coin,
        amount: ISSUED,
    };
    let said = Envelope {
        allocations: vec![right(asset, BOTH, 0), units(asset, 1, ISSUED)],
        operations: vec![take],
    };
    let coins = [authority, fixture.coinbase(5).await];
    let taken: Transaction = elsewhere
        .carry(&coins, &[CARRIED, CARRIED], &said, 10_000)
        .await;
    elsewhere.submit(&taken).await.unwrap();
    let id = elsewhere.mine(1).await[0];
    let block = elsewhere.block(id).await;
    fixture.node.submit_block(block).await.unwrap();

    assert_eq!(fixture.pooled().await, []);
    let removal = fixture.node.mempool_removals(0).await.pop().unwrap();
    let code = "mip0003.not_conserved";
    assert_eq!(removal.reason, RemovalReason::Invalid { code });
    assert_eq!(fixture.check(&presigned).await, Err(code.to_owned()));
    let id = elsewhere.mine(1).await[0];
    let mut block = elsewhere.block(id).await.block;
    block.txdata.push(presigned);
    let block = resealed(block, elsewhere.height().await);
    let refused = fixture.node.submit_block(block).await.unwrap_err();
    assert_eq!(refused.code, code);
    // The native coin stays the holder's: it moves without an envelope, and the record goes with it.
    let native = fixture
        .pay(&[coin, fixture.coinbase(6).await], 1, 2_000)
        .await;
    fixture.submit(&native).await.unwrap();
    fixture.mine(1).await;
    assert!(fixture.node.coin(coin).await.is_none());
    assert_eq!(fixture.node.freeze(asset, coin).await, None);
}
