//! What waits is judged again as heights pass: enrolments and freezes lapse, and templates hold what is valid then.
use bitcoin::{Amount, OutPoint, Transaction, Txid};
use moneta_chain::Height;
use moneta_mips::{
    AssetId, Envelope, Freeze, Holder, Holders, IssueAsset, Operation, Reason, Rights,
    ScriptDigest, Targets, Tier,
};
use moneta_node_api::{NodeApi, RemovalReason};

use super::assets::{CARRIED, right, units};
use super::fixture::{Fixture, anyone_else};

const ISSUED: u64 = 1_000;
const BOTH: Rights = Rights::FREEZE.union(Rights::ENROL);

/// Gold in a block: units on output 0 of its issue, the rights to freeze and to enrol on output 1.
struct Gold {
    asset: AssetId,
    issue: Txid,
}

impl Gold {
    async fn mined(fixture: &Fixture, holders: Holders) -> Self {
        let coin = fixture.coinbase(1).await;
        let issue = IssueAsset {
            symbol: "GOLD".into(),
            issuer: None,
            decimals: 3,
            initial: ISSUED,
            cap: ISSUED,
            powers: BOTH,
            holders,
            name: String::new(),
            contract_hash: [1; 32],
        };
        let asset = AssetId::derive(&coin, 0, &issue);
        let said = Envelope {
            allocations: vec![units(asset, 0, ISSUED), right(asset, BOTH, 1)],
            operations: vec![Operation::IssueAsset(issue)],
        };
        let issue = fixture
            .carry(&[coin], &[CARRIED, CARRIED], &said, 2_000_000)
            .await;
        let issue = fixture.submit(&issue).await.unwrap();
        fixture.mine(1).await;
        Self { asset, issue }
    }

    fn coin(&self) -> OutPoint {
        OutPoint::new(self.issue, 0)
    }

    /// Moves all units to somebody else.
    async fn sent(&self, fixture: &Fixture, fee_coin: u32) -> Transaction {
        let said = Envelope {
            allocations: vec![units(self.asset, 0, ISSUED)],
            operations: Vec::new(),
        };
        let coins = [self.coin(), fixture.coinbase(fee_coin).await];
        let mut tx = fixture.carry(&coins, &[CARRIED], &said, 0).await;
        tx.output[0].script_pubkey = anyone_else();
        tx
    }

    /// Uses the rights that `authority` holds.
    async fn does(
        &self,
        fixture: &Fixture,
        (authority, fee_coin): (OutPoint, u32),
        operation: Operation,
    ) -> Transaction {
        let said = Envelope {
            allocations: vec![right(self.asset, BOTH, 0)],
            operations: vec![operation],
        };
        let coins = [authority, fixture.coinbase(fee_coin).await];
        fixture.carry(&coins, &[CARRIED], &said, 100_000).await
    }

    fn freeze(&self, targets: Targets, stop: u32) -> Operation {
        Operation::Freeze(Freeze {
            asset: self.asset,
            targets,
            tier: Tier::Emergency,
            stop: Height::new(stop),
            reason: Reason::TheftReport,
            jurisdiction: *b"CH",
            document: [0; 32],
        })
    }

    /// Enrols the script that [`Self::sent`] pays.
    fn enrol(&self, expiry: u32) -> Operation {
        let holder = Holder {
            script: ScriptDigest::of(&anyone_else()),
            commitment: [3; 32],
            expiry: Height::new(expiry),
        };
        Operation::Enrol {
            asset: self.asset,
            holders: vec![holder],
        }
    }

    fn authority(&self) -> OutPoint {
        OutPoint::new(self.issue, 1)
    }
}

/// Blocks from a miner who has seen no transaction.
struct Elsewhere(Fixture);

impl Elsewhere {
    async fn beside(fixture: &Fixture) -> Self {
        let other = Fixture::fresh();
        other.follow(fixture).await;
        Self(other)
    }

    async fn mines(&self, blocks: u32, for_whom: &Fixture) {
        for id in self.0.node.mine(blocks, anyone_else()).await.unwrap() {
            let block = self.0.block(id).await;
            for_whom.node.submit_block(block).await.unwrap();
        }
    }
}

/// Mines a block of what waits and returns what is in it.
async fn mined(fixture: &Fixture) -> Vec<Txid> {
    let id = fixture.mine(1).await[0];
    let block = fixture.block(id).await.block;
    let txs = block.txdata.iter().skip(1);
    txs.map(Transaction::compute_txid).collect()
}

#[tokio::test]
async fn a_payment_leaves_the_template_when_its_enrolment_lapses_and_comes_back_with_the_next() {
    let fixture = Fixture::with_coins(4).await;
    let gold = Gold::mined(&fixture, Holders::Enrolled).await;
    let sent = gold.sent(&fixture, 2).await;
    let refused = Err("mip0005.not_enrolled".to_owned());
    assert_eq!(fixture.check(&sent).await, refused);
    let lapses = fixture.height().await + 4;
    let enrolling = gold
        .does(&fixture, (gold.authority(), 3), gold.enrol(lapses))
        .await;
    fixture.submit(&enrolling).await.unwrap();
    fixture.mine(1).await;
    let sent = fixture.submit(&sent).await.unwrap();

    let elsewhere = Elsewhere::beside(&fixture).await;
    elsewhere.mines(1, &fixture).await;
    assert_eq!(fixture.pooled().await, [sent]);
    elsewhere.mines(1, &fixture).await;
    assert_eq!(fixture.height().await + 1, lapses);
    assert_eq!(fixture.pooled().await, []);
    let code = "mip0005.not_enrolled";
    let removal = fixture.node.mempool_removals(0).await.pop().unwrap();
    assert_eq!(
        (removal.txid, removal.reason),
        (sent, RemovalReason::Resting { code })
    );
    assert_eq!(mined(&fixture).await, []);

    let authority = OutPoint::new(enrolling.compute_txid(), 0);
    let again = gold
        .does(&fixture, (authority, 4), gold.enrol(lapses + 1_000))
        .await;
    fixture.submit(&again).await.unwrap();
    fixture.mine(1).await;
    assert_eq!(mined(&fixture).await, [sent]);
}

#[tokio::test]
async fn a_spend_comes_back_at_the_height_at_which_its_freeze_stops() {
    for targets in [None, Some(Targets::All)] {
        let fixture = Fixture::with_coins(3).await;
        let gold = Gold::mined(&fixture, Holders::Open).await;
        let sent = gold.sent(&fixture, 2).await;
        let sent = fixture.submit(&sent).await.unwrap();
        let targets = targets.unwrap_or_else(|| vec![gold.coin()].into());
        let stop = fixture.height().await + 4;
        let freeze = gold
            .does(&fixture, (gold.authority(), 3), gold.freeze(targets, stop))
            .await;
        let freeze = fixture.submit(&freeze).await.unwrap();
        assert_eq!(fixture.pooled().await, [freeze]);
        assert_eq!(mined(&fixture).await, [freeze]);
        assert_eq!(mined(&fixture).await, []);
        assert_eq!(mined(&fixture).await, []);
        assert_eq!(fixture.height().await + 1, stop);
        assert_eq!(fixture.pooled().await, [sent]);
        assert_eq!(mined(&fixture).await, [sent]);
    }
}

#[tokio::test]
async fn a_freeze_that_nobody_mined_before_its_stop_leaves_and_what_it_stopped_comes_back() {
    let fixture = Fixture::with_coins(3).await;
    let gold = Gold::mined(&fixture, Holders::Open).await;
    let sent = gold.sent(&fixture, 2).await;
    let sent = fixture.submit(&sent).await.unwrap();
    let stop = fixture.height().await + 3;
    let operation = gold.freeze(vec![gold.coin()].into(), stop);
    let freeze = gold.does(&fixture, (gold.authority(), 3), operation).await;
    let freeze = fixture.submit(&freeze).await.unwrap();
    let elsewhere = Elsewhere::beside(&fixture).await;
    elsewhere.mines(1, &fixture).await;
    assert_eq!(fixture.pooled().await, [freeze]);
    elsewhere.mines(1, &fixture).await;
    // The next block is at the stop: the freeze would freeze nothing.
    assert_eq!(fixture.pooled().await, [sent]);
    assert_eq!(mined(&fixture).await, [sent]);
}

#[tokio::test]
async fn a_freeze_that_no_block_takes_for_144_blocks_leaves_and_what_it_stopped_comes_back() {
    let fixture = Fixture::with_coins(3).await;
    let gold = Gold::mined(&fixture, Holders::Open).await;
    let sent = gold.sent(&fixture, 2).await;
    let sent = fixture.submit(&sent).await.unwrap();
    let stop = fixture.height().await + 10_000;
    let operation = gold.freeze(Targets::All, stop);
    let freeze = gold.does(&fixture, (gold.authority(), 3), operation).await;
    let txid = fixture.submit(&freeze).await.unwrap();
    let elsewhere = Elsewhere::beside(&fixture).await;
    elsewhere.mines(143, &fixture).await;
    assert_eq!(fixture.pooled().await, [txid]);
    elsewhere.mines(1, &fixture).await;
    assert_eq!(fixture.pooled().await, [sent]);
    let removal = fixture.node.mempool_removals(0).await.pop().unwrap();
    assert_eq!(
        (removal.txid, removal.reason),
        (txid, RemovalReason::FreezeLapsed)
    );
    // Who still has it does not bring it back; who wants it signs another.
    let lapsed = Err("tx.freeze_lapsed".to_owned());
    assert_eq!(fixture.submit(&freeze).await, lapsed);
    let mut another = freeze;
    another.output[1].value -= Amount::from_sat(1_000);
    let another = fixture.submit(&another).await.unwrap();
    assert_eq!(fixture.pooled().await, [another]);
    assert_eq!(mined(&fixture).await, [another]);
    assert_eq!(fixture.pooled().await, []);
}

#[tokio::test]
async fn a_freeze_that_is_bumped_goes_on_waiting_from_where_it_was() {
    let fixture = Fixture::with_coins(3).await;
    let gold = Gold::mined(&fixture, Holders::Open).await;
    let sent = gold.sent(&fixture, 2).await;
    let sent = fixture.submit(&sent).await.unwrap();
    let stop = fixture.height().await + 10_000;
    let operation = gold.freeze(vec![gold.coin()].into(), stop);
    let mut freeze = gold.does(&fixture, (gold.authority(), 3), operation).await;
    fixture.submit(&freeze).await.unwrap();
    let elsewhere = Elsewhere::beside(&fixture).await;
    elsewhere.mines(100, &fixture).await;
    freeze.output[1].value -= Amount::from_sat(10_000);
    let bumped = fixture.submit(&freeze).await.unwrap();
    elsewhere.mines(43, &fixture).await;
    assert_eq!(fixture.pooled().await, [bumped]);
    elsewhere.mines(1, &fixture).await;
    assert_eq!(fixture.pooled().await, [sent]);
}

#[tokio::test]
async fn what_one_freeze_after_another_stops_rests_until_the_last_has_left() {
    let fixture = Fixture::with_coins(4).await;
    let gold = Gold::mined(&fixture, Holders::Open).await;
    let sent = gold.sent(&fixture, 2).await;
    let sent = fixture.submit(&sent).await.unwrap();
    let stop = fixture.height().await + 110;
    let operation = gold.freeze(vec![gold.coin()].into(), stop);
    let first = gold.does(&fixture, (gold.authority(), 3), operation).await;
    let first = fixture.submit(&first).await.unwrap();
    let elsewhere = Elsewhere::beside(&fixture).await;
    elsewhere.mines(100, &fixture).await;
    let id = fixture.mine(1).await[0];
    let block = fixture.block(id).await;
    elsewhere.0.node.submit_block(block).await.unwrap();
    let operation = gold.freeze(vec![gold.coin()].into(), stop + 10_000 - 110);
    let again = gold
        .does(&fixture, (OutPoint::new(first, 0), 4), operation)
        .await;
    let again = fixture.submit(&again).await.unwrap();
    elsewhere.mines(143, &fixture).await;
    assert_eq!(fixture.pooled().await, [again]);
    elsewhere.mines(1, &fixture).await;
    assert_eq!(fixture.pooled().await, [sent]);
}

#[tokio::test]
async fn two_pauses_and_a_spend_of_the_paused_asset_halt_no_template() {
    let fixture = Fixture::with_coins(4).await;
    let gold = Gold::mined(&fixture, Holders::Open).await;
    let stop = fixture.height().await + 100;
    let pause = gold.freeze(Targets::All, stop);
    let first = gold
        .does(&fixture, (gold.authority(), 2), pause.clone())
        .await;
    let first = fixture.submit(&first).await.unwrap();
    assert_eq!(mined(&fixture).await, [first]);
    let again = gold
        .does(&fixture, (OutPoint::new(first, 0), 3), pause)
        .await;
    let again = fixture.submit(&again).await.unwrap();
    let sent = gold.sent(&fixture, 4).await;
    let frozen = Err("mip0001.coin_frozen".to_owned());
    assert_eq!(fixture.submit(&sent).await.map(|_| ()), frozen);
    assert_eq!(mined(&fixture).await, [again]);
}
