//! Two blocks are taken back at once, and the transaction of the second needs what that of the first leaves in the
//! registry, without spending its coins: it rests until the first is mined again.
use bitcoin::{OutPoint, Transaction, Txid};
use moneta_chain::Height;
use moneta_mips::{
    Allocation, AssetId, Attachment, Envelope, Freeze, Holders, IdentityId, IssueAsset, Operation,
    Reason, Rights, ScriptDigest, Targets, Tier, UpdateIdentity,
};
use moneta_node_api::NodeApi;

use super::assets::{CARRIED, right, units};
use super::fixture::{Fixture, anyone, anyone_else};
use super::handles::register;

const ISSUED: u64 = 1_000;

/// Mines the one, then the other, and takes both blocks back; asserts that each waits for its block again.
async fn comes_back(fixture: &Fixture, first: &Transaction, second: &Transaction, code: &str) {
    let elsewhere = Fixture::fresh();
    elsewhere.follow(fixture).await;
    let refused = Err(code.to_owned());
    assert_eq!(fixture.check(second).await, refused, "it needs the first");
    let first = fixture.submit(first).await.unwrap();
    assert_eq!(mined(fixture).await, [first]);
    let second = fixture.submit(second).await.unwrap();
    assert_eq!(mined(fixture).await, [second]);
    for id in elsewhere.node.mine(3, anyone_else()).await.unwrap() {
        let block = elsewhere.block(id).await;
        fixture.node.submit_block(block).await.unwrap();
    }
    assert_eq!(fixture.node.tip().await, elsewhere.node.tip().await);
    assert_eq!(fixture.pooled().await, [first]);
    assert_eq!(mined(fixture).await, [first]);
    assert_eq!(fixture.pooled().await, [second], "{code}");
    assert_eq!(mined(fixture).await, [second]);
}

/// Mines a block of what waits and returns what is in it.
async fn mined(fixture: &Fixture) -> Vec<Txid> {
    let id = fixture.mine(1).await[0];
    let block = fixture.block(id).await.block;
    let txs = block.txdata.iter().skip(1);
    txs.map(Transaction::compute_txid).collect()
}

/// Gold: units on output 0 of its issue, and each right on a coin of its own, from output 1 on.
struct Gold {
    asset: AssetId,
    issue: Transaction,
}

impl Gold {
    async fn issued(fixture: &Fixture, powers: Rights) -> Self {
        let coin = fixture.coinbase(1).await;
        let issue = IssueAsset {
            symbol: "GOLD".into(),
            issuer: None,
            decimals: 3,
            initial: ISSUED,
            cap: ISSUED,
            powers,
            holders: Holders::Open,
            name: String::new(),
            contract_hash: [1; 32],
        };
        let asset = AssetId::derive(&coin, 0, &issue);
        let rights = powers.each().zip(1..);
        let rights: Vec<Allocation> = rights.map(|(one, vout)| right(asset, one, vout)).collect();
        let values = vec![CARRIED; 1 + rights.len()];
        let said = Envelope {
            allocations: [vec![units(asset, 0, ISSUED)], rights].concat(),
            operations: vec![Operation::IssueAsset(issue)],
        };
        let issue = fixture.carry(&[coin], &values, &said, 2_000_000).await;
        Self { asset, issue }
    }

    async fn mined(fixture: &Fixture, powers: Rights) -> Self {
        let gold = Self::issued(fixture, powers).await;
        fixture.submit(&gold.issue).await.unwrap();
        fixture.mine(1).await;
        gold
    }

    fn coin(&self, vout: u32) -> OutPoint {
        OutPoint::new(self.issue.compute_txid(), vout)
    }

    fn contest(&self) -> Operation {
        let scripts = vec![ScriptDigest::of(&anyone())];
        Operation::Contest {
            asset: self.asset,
            targets: Targets::Scripts(scripts),
            statement: [0; 32],
        }
    }

    fn order(&self, stop: u32) -> Operation {
        Operation::Freeze(Freeze {
            asset: self.asset,
            targets: Targets::All,
            tier: Tier::Order,
            stop: Height::new(stop),
            reason: Reason::CourtOrder,
            jurisdiction: *b"CH",
            document: [1; 32],
        })
    }
}

/// Spends `coins`, gives `allocations` to as many outputs, and does something.
async fn does(
    fixture: &Fixture,
    coins: &[OutPoint],
    allocations: Vec<Allocation>,
    operation: Operation,
) -> Transaction {
    let values = vec![CARRIED; allocations.len()];
    let said = Envelope {
        allocations,
        operations: vec![operation],
    };
    fixture.carry(coins, &values, &said, 2_000_000).await
}

/// `acmecorp`, registered by a transaction.
struct Acme {
    id: IdentityId,
    registration: Transaction,
}

impl Acme {
    async fn announced(fixture: &Fixture) -> Self {
        let wanted = register("acmecorp", 1);
        let coin = fixture.coinbase(1).await;
        let registration = fixture.announced(coin, &wanted).await;
        let first = registration.input[0].previous_output;
        let id = IdentityId::derive(&first, 0, &wanted);
        Self { id, registration }
    }
}

fn held(identity: IdentityId) -> Vec<Allocation> {
    let attachment = Attachment::Identity { id: identity };
    let vout = 0;
    vec![Allocation { vout, attachment }]
}

#[tokio::test]
async fn a_renewal_after_its_registration() {
    let fixture = Fixture::with_coins(2).await;
    let acme = Acme::announced(&fixture).await;
    let renewal = Operation::RenewIdentity {
        handle: "acmecorp".into(),
        years: 1,
    };
    let coin = fixture.coinbase(2).await;
    let renewal = does(&fixture, &[coin], Vec::new(), renewal).await;
    let code = "mip0002.nothing_to_renew";
    comes_back(&fixture, &acme.registration, &renewal, code).await;
}

#[tokio::test]
async fn a_recovery_after_the_update_that_names_its_script() {
    let fixture = Fixture::with_coins(3).await;
    let acme = Acme::announced(&fixture).await;
    let registered = fixture.submit(&acme.registration).await.unwrap();
    fixture.mine(1).await;
    let update = Operation::UpdateIdentity(UpdateIdentity {
        identity: acme.id,
        document: String::new(),
        recovery: ScriptDigest::of(&anyone()).0,
    });
    let coins = [OutPoint::new(registered, 0), fixture.coinbase(2).await];
    let update = does(&fixture, &coins, held(acme.id), update).await;
    let recovery = Operation::RecoverIdentity {
        identity: acme.id,
        to: ScriptDigest::of(&anyone_else()),
    };
    let coin = fixture.coinbase(3).await;
    let recovery = does(&fixture, &[coin], Vec::new(), recovery).await;
    comes_back(&fixture, &update, &recovery, "mip0002.not_recovery").await;
}

#[tokio::test]
async fn a_mint_after_a_burn() {
    let fixture = Fixture::with_coins(3).await;
    let gold = Gold::mined(&fixture, Rights::MINT).await;
    let asset = gold.asset;
    let burn = Operation::Burn { asset, amount: 10 };
    let coins = [gold.coin(0), fixture.coinbase(2).await];
    let left = vec![units(asset, 0, ISSUED - 10)];
    let burn = does(&fixture, &coins, left, burn).await;
    let mint = Operation::Mint { asset, amount: 10 };
    let coins = [gold.coin(1), fixture.coinbase(3).await];
    let gets = vec![right(asset, Rights::MINT, 0), units(asset, 1, 10)];
    let mint = does(&fixture, &coins, gets, mint).await;
    comes_back(&fixture, &burn, &mint, "mip0003.cap_exceeded").await;
}

#[tokio::test]
async fn a_contest_after_its_issue() {
    let fixture = Fixture::with_coins(2).await;
    let gold = Gold::issued(&fixture, Rights::FREEZE).await;
    let coin = fixture.coinbase(2).await;
    let contest = does(&fixture, &[coin], Vec::new(), gold.contest()).await;
    comes_back(&fixture, &gold.issue, &contest, "mip0003.asset_unknown").await;
}

#[tokio::test]
async fn a_coin_of_many_grains_after_the_renounce_of_freeze() {
    let fixture = Fixture::with_coins(3).await;
    let gold = Gold::mined(&fixture, Rights::FREEZE).await;
    let (asset, rights) = (gold.asset, Rights::FREEZE);
    let coins = [gold.coin(1), fixture.coinbase(2).await];
    let renounce = Operation::Renounce { asset, rights };
    let renounce = does(&fixture, &coins, Vec::new(), renounce).await;
    let coins = [gold.coin(0), fixture.coinbase(3).await];
    let said = Envelope {
        allocations: vec![units(asset, 0, ISSUED)],
        operations: Vec::new(),
    };
    let rich = fixture.carry(&coins, &[CARRIED + 1], &said, 0).await;
    comes_back(&fixture, &renounce, &rich, "mip0003.too_many_grains").await;
}

#[tokio::test]
async fn the_end_of_an_order_by_freeze_alone_after_the_renounce_of_compliance() {
    let fixture = Fixture::with_coins(4).await;
    let both = Rights::FREEZE.union(Rights::COMPLIANCE);
    let gold = Gold::mined(&fixture, both).await;
    let asset = gold.asset;
    let coins = [gold.coin(1), gold.coin(2), fixture.coinbase(2).await];
    let order = gold.order(fixture.height().await + 1_000);
    let returned = vec![
        right(asset, Rights::FREEZE, 0),
        right(asset, Rights::COMPLIANCE, 1),
    ];
    let order = does(&fixture, &coins, returned, order).await;
    let order = fixture.submit(&order).await.unwrap();
    fixture.mine(1).await;
    let rights = Rights::COMPLIANCE;
    let coins = [OutPoint::new(order, 1), fixture.coinbase(3).await];
    let renounce = Operation::Renounce { asset, rights };
    let renounce = does(&fixture, &coins, Vec::new(), renounce).await;
    let coins = [OutPoint::new(order, 0), fixture.coinbase(4).await];
    let targets = Targets::All;
    let lift = Operation::Unfreeze { asset, targets };
    let lift = does(
        &fixture,
        &coins,
        vec![right(asset, Rights::FREEZE, 0)],
        lift,
    )
    .await;
    comes_back(&fixture, &renounce, &lift, "mip0001.order_stands").await;
}
