//! One issuer, one symbol: in a block, across blocks, beside the pool and after a reorganisation there is one.
use bitcoin::{OutPoint, Transaction};
use moneta_mips::{
    Allocation, AssetId, Attachment, Envelope, Holders, IdentityId, IssueAsset, Operation, Rights,
};
use moneta_node_api::NodeApi;

use super::assets::{CARRIED, units};
use super::fixture::{Fixture, anyone_else, resealed};
use super::handles::register;

/// `acmecorp` in a block, and the coin that holds it.
struct Acme {
    id: IdentityId,
    coin: OutPoint,
}

impl Acme {
    async fn registered(fixture: &Fixture, coinbase: u32) -> Self {
        let wanted = register("acmecorp", 1);
        let coin = fixture.coinbase(coinbase).await;
        let registration = fixture.announced(coin, &wanted).await;
        let first = registration.input[0].previous_output;
        let txid = fixture.submit(&registration).await.unwrap();
        fixture.mine(1).await;
        Self {
            id: IdentityId::derive(&first, 0, &wanted),
            coin: OutPoint::new(txid, 0),
        }
    }

    /// Issues GOLD; `name` tells two of them apart.
    async fn issues(
        &self,
        fixture: &Fixture,
        (held, fee_coin): (OutPoint, u32),
        name: &str,
    ) -> (AssetId, Transaction) {
        let issue = IssueAsset {
            symbol: "GOLD".into(),
            issuer: Some(self.id),
            decimals: 3,
            initial: 1_000,
            cap: 1_000,
            powers: Rights::NONE,
            holders: Holders::Open,
            name: name.into(),
            contract_hash: [1; 32],
        };
        let asset = AssetId::derive(&held, 0, &issue);
        let attachment = Attachment::Identity { id: self.id };
        let said = Envelope {
            allocations: vec![
                Allocation {
                    vout: 0,
                    attachment,
                },
                units(asset, 1, 1_000),
            ],
            operations: vec![Operation::IssueAsset(issue)],
        };
        let coins = [held, fixture.coinbase(fee_coin).await];
        let tx = fixture
            .carry(&coins, &[CARRIED, CARRIED], &said, 1_000_000)
            .await;
        (asset, tx)
    }
}

/// A block on the tip with these transactions, made by a miner who asks no pool.
async fn forged(fixture: &Fixture, txs: Vec<Transaction>) -> Result<(), String> {
    let scratch = Fixture::fresh();
    scratch.follow(fixture).await;
    let id = scratch.mine(1).await[0];
    let mut block = scratch.block(id).await.block;
    block.txdata.truncate(1);
    block.txdata.extend(txs);
    let block = resealed(block, scratch.height().await);
    let submitted = fixture.node.submit_block(block).await;
    submitted.map(|_| ()).map_err(|rejection| rejection.code)
}

#[tokio::test]
async fn duplicate_symbol_is_refused_in_one_block_beside_the_pool_across_blocks_and_after_a_reorganisation()
 {
    let fixture = Fixture::with_coins(4).await;
    let acme = Acme::registered(&fixture, 1).await;
    let (first, one) = acme.issues(&fixture, (acme.coin, 2), "first").await;
    let (second, two) = acme.issues(&fixture, (acme.coin, 3), "second").await;
    let other = Fixture::fresh();
    other.follow(&fixture).await;

    // In one block: both take the identity's coin, or the second takes what the first made, too early.
    let twice = forged(&fixture, vec![one.clone(), two.clone()]).await;
    assert_eq!(twice, Err("tx.missing_input".to_owned()));
    fixture.submit(&one).await.unwrap();
    let held = OutPoint::new(one.compute_txid(), 0);
    let (_, behind) = acme.issues(&fixture, (held, 3), "second").await;
    let early = Err("mip0003.role_immature".to_owned());
    assert_eq!(fixture.check(&behind).await, early);
    assert_eq!(
        forged(&fixture, vec![one.clone(), behind.clone()]).await,
        early
    );
    // Beside the pool: the one that waits keeps the coin.
    let beside = fixture.check(&two).await;
    assert!(beside.is_err(), "{beside:?}");

    // Across blocks: by pool and by block.
    fixture.mine(1).await;
    let taken = Err("mip0003.symbol_taken".to_owned());
    assert_eq!(fixture.check(&behind).await, taken);
    assert_eq!(forged(&fixture, vec![behind]).await, taken);
    assert!(fixture.node.asset(first).await.is_some());

    // A longer branch that holds the other one: the first is gone, and does not wait to come back.
    other.clock.advance(60);
    other.submit(&two).await.unwrap();
    for id in other.node.mine(2, anyone_else()).await.unwrap() {
        fixture.clock.advance(60);
        let block = other.block(id).await;
        fixture.node.submit_block(block).await.unwrap();
    }
    assert!(fixture.node.asset(first).await.is_none());
    assert_eq!(
        fixture.node.asset(second).await.map(|gold| gold.name),
        Some("second".into())
    );
    assert_eq!(fixture.pooled().await, []);
    let held = OutPoint::new(two.compute_txid(), 0);
    let (_, again) = acme.issues(&fixture, (held, 4), "again").await;
    assert_eq!(fixture.check(&again).await, taken);
}
