//! Gold through a whole node: issued, frozen in the pool and in the chain, and taken back with its block.
use bitcoin::{Amount, OutPoint, Transaction, TxOut};
use moneta_chain::{Height, SealedBlock};
use moneta_mips::{
    Allocation, AssetId, Attachment, Envelope, Freeze, Holders, IssueAsset, Operation, Reason,
    Rights, Tier,
};
use moneta_node_api::{NodeApi, RemovalReason};

use super::fixture::{Fixture, anyone_else, spend};

/// Grains on a coin that holds gold.
pub(super) const CARRIED: u64 = 10_000;
const ISSUED: u64 = 1_000;

/// Gold of which the first transaction put [`ISSUED`] units on output 0, the right to freeze on output 1
/// and the rest of the grains on output 2.
struct Gold {
    asset: AssetId,
    issue: Transaction,
}

impl Gold {
    /// Makes the issue, and submits it.
    async fn issued(fixture: &Fixture, coinbase: u32) -> Self {
        let coin = fixture.coinbase(coinbase).await;
        let issue = IssueAsset {
            symbol: "GOLD".into(),
            issuer: None,
            decimals: 3,
            initial: ISSUED,
            cap: ISSUED,
            powers: Rights::FREEZE,
            holders: Holders::Open,
            name: "Gold, grams".into(),
            contract_hash: [1; 32],
        };
        let asset = AssetId::derive(&coin, 0, &issue);
        let envelope = Envelope {
            allocations: vec![units(asset, 0, ISSUED), right(asset, Rights::FREEZE, 1)],
            operations: vec![Operation::IssueAsset(issue)],
        };
        let issue = fixture
            .carry(&[coin], &[CARRIED, CARRIED], &envelope, 2_000_000)
            .await;
        fixture.submit(&issue).await.unwrap();
        Self { asset, issue }
    }

    fn coin(&self, vout: u32) -> OutPoint {
        OutPoint::new(self.issue.compute_txid(), vout)
    }

    /// Moves all units of `from` to a new coin; `fee_coin` pays.
    async fn moved(&self, fixture: &Fixture, from: OutPoint, fee_coin: OutPoint) -> Transaction {
        let envelope = Envelope {
            allocations: vec![units(self.asset, 0, ISSUED)],
            operations: Vec::new(),
        };
        fixture
            .carry(&[from, fee_coin], &[CARRIED], &envelope, 0)
            .await
    }

    /// Freezes the coin of the issue under the right that `authority` holds.
    async fn frozen(
        &self,
        fixture: &Fixture,
        authority: OutPoint,
        fee_coin: OutPoint,
    ) -> Transaction {
        let freeze = Freeze {
            asset: self.asset,
            targets: vec![self.coin(0)].into(),
            tier: Tier::Emergency,
            stop: Height::new(fixture.height().await + 1_000),
            reason: Reason::TheftReport,
            jurisdiction: *b"CH",
            document: [0; 32],
        };
        let envelope = Envelope {
            allocations: vec![right(self.asset, Rights::FREEZE, 0)],
            operations: vec![Operation::Freeze(freeze)],
        };
        fixture
            .carry(&[authority, fee_coin], &[CARRIED], &envelope, 100_000)
            .await
    }
}

pub(super) fn units(id: AssetId, vout: u32, amount: u64) -> Allocation {
    let attachment = Attachment::Asset { id, amount };
    Allocation { vout, attachment }
}

pub(super) fn right(asset: AssetId, rights: Rights, vout: u32) -> Allocation {
    let attachment = Attachment::Authority { asset, rights };
    Allocation { vout, attachment }
}

impl Fixture {
    /// Spends `coins` into outputs of these values, one for the change, and one that carries `envelope`
    /// and burns `price`.
    pub(super) async fn carry(
        &self,
        coins: &[OutPoint],
        values: &[u64],
        envelope: &Envelope,
        price: u64,
    ) -> Transaction {
        let mut total = 0;
        for coin in coins {
            total += self.value(*coin).await;
        }
        let change = total - values.iter().sum::<u64>() - price - 2_000;
        let values: Vec<Amount> = values
            .iter()
            .copied()
            .chain([change])
            .map(Amount::from_sat)
            .collect();
        let mut tx = spend(coins, &values);
        tx.output.push(TxOut {
            value: Amount::from_sat(price),
            script_pubkey: envelope.to_script(),
        });
        tx
    }
}

#[tokio::test]
async fn a_freeze_evicts_the_spends_of_its_coins_and_keeps_new_ones_out() {
    let fixture = Fixture::with_coins(4).await;
    let gold = Gold::issued(&fixture, 1).await;
    fixture.mine(1).await;
    assert_eq!(fixture.node.asset(gold.asset).await.unwrap().supply, ISSUED);

    let sent = gold
        .moved(&fixture, gold.coin(0), fixture.coinbase(2).await)
        .await;
    let sent_id = fixture.submit(&sent).await.unwrap();
    let child = gold
        .moved(
            &fixture,
            OutPoint::new(sent_id, 0),
            OutPoint::new(sent_id, 1),
        )
        .await;
    fixture.submit(&child).await.unwrap();
    let bystander = fixture.pay(&[fixture.coinbase(4).await], 1, 1_000).await;
    let bystander = fixture.submit(&bystander).await.unwrap();

    let freeze = gold
        .frozen(&fixture, gold.coin(1), fixture.coinbase(3).await)
        .await;
    let freeze_id = fixture.submit(&freeze).await.unwrap();
    assert_eq!(fixture.pooled().await, [bystander, freeze_id]);
    let refused = fixture
        .node
        .submit_transaction(sent.clone())
        .await
        .unwrap_err();
    assert_eq!(refused.code, "mip0001.coin_frozen");

    fixture.mine(1).await;
    let record = fixture.node.freeze(gold.asset, gold.coin(0)).await.unwrap();
    assert_eq!(record.reason, Reason::TheftReport);
    assert_eq!(record.frozen_in, freeze_id);
    let refused = fixture.node.submit_transaction(sent).await.unwrap_err();
    assert_eq!(refused.code, "mip0001.coin_frozen");
    assert!(refused.detail.contains(&gold.coin(0).to_string()));
}

#[tokio::test]
async fn what_a_waiting_freeze_stopped_comes_back_when_the_freeze_goes() {
    let fixture = Fixture::with_coins(4).await;
    let gold = Gold::issued(&fixture, 1).await;
    fixture.mine(1).await;
    let fee_coin = fixture.coinbase(2).await;
    let sent = gold.moved(&fixture, gold.coin(0), fee_coin).await;
    let sent = fixture.submit(&sent).await.unwrap();
    let child = fixture.pay(&[OutPoint::new(sent, 1)], 1, 1_000).await;
    let child = fixture.submit(&child).await.unwrap();
    let freeze = gold
        .frozen(&fixture, gold.coin(1), fixture.coinbase(3).await)
        .await;
    let freeze = fixture.submit(&freeze).await.unwrap();
    assert_eq!(fixture.pooled().await, [freeze]);
    assert_eq!(fixture.node.mempool_info().await.resting, 2);
    let removals = fixture.node.mempool_removals(0).await;
    for (removal, txid) in removals.iter().zip([sent, child]) {
        assert_eq!(removal.txid, txid);
        assert_eq!(removal.reason, RemovalReason::Frozen { by: freeze });
    }
    // Whoever holds the right takes the freeze back by moving the right instead, for a higher fee.
    let envelope = Envelope {
        allocations: vec![right(gold.asset, Rights::FREEZE, 0)],
        operations: Vec::new(),
    };
    let instead = fixture
        .carry(
            &[gold.coin(1), fixture.coinbase(3).await],
            &[CARRIED],
            &envelope,
            0,
        )
        .await;
    let mut instead = instead;
    instead.output[1].value -= Amount::from_sat(50_000);
    let instead = fixture.submit(&instead).await.unwrap();
    assert_eq!(fixture.pooled().await, [instead, sent, child]);
    assert_eq!(fixture.node.mempool_info().await.resting, 0);
    fixture.mine(1).await;
    assert_eq!(fixture.pooled().await, []);
    assert_eq!(fixture.node.freeze(gold.asset, gold.coin(0)).await, None);
}

#[tokio::test]
async fn what_a_freeze_in_a_block_stopped_comes_back_when_the_block_is_taken_back() {
    let (one, two) = (Fixture::with_coins(3).await, Fixture::fresh());
    let gold = Gold::issued(&one, 1).await;
    one.mine(1).await;
    two.follow(&one).await;
    let sent = gold.moved(&one, gold.coin(0), one.coinbase(2).await).await;
    let sent = one.submit(&sent).await.unwrap();
    let other = Fixture::fresh();
    other.follow(&one).await;
    let freeze = gold.frozen(&two, gold.coin(1), two.coinbase(3).await).await;
    two.submit(&freeze).await.unwrap();
    let id = two.mine(1).await[0];
    one.node.submit_block(two.block(id).await).await.unwrap();
    assert_eq!(one.pooled().await, []);
    let removal = one.node.mempool_removals(0).await.pop().unwrap();
    let code = "mip0001.coin_frozen";
    assert_eq!(removal.reason, RemovalReason::Resting { code });
    // A longer branch without the freeze: the freeze waits again, and so the payment still rests.
    for id in other.node.mine(2, anyone_else()).await.unwrap() {
        one.node.submit_block(other.block(id).await).await.unwrap();
    }
    assert_eq!(one.pooled().await, [freeze.compute_txid()]);
    assert_eq!(one.node.mempool_info().await.resting, 1);
    // The right is moved elsewhere in a block, so the freeze can't come any more, and the payment can.
    let envelope = Envelope {
        allocations: vec![right(gold.asset, Rights::FREEZE, 0)],
        operations: Vec::new(),
    };
    let coins = [gold.coin(1), other.coinbase(3).await];
    let moved = other.carry(&coins, &[CARRIED], &envelope, 0).await;
    other.submit(&moved).await.unwrap();
    let id = other.mine(1).await[0];
    one.node.submit_block(other.block(id).await).await.unwrap();
    assert_eq!(one.pooled().await, [sent]);
}

#[tokio::test]
async fn a_freeze_that_stands_on_the_spend_of_its_own_coin_waits_for_a_block() {
    let fixture = Fixture::with_coins(2).await;
    let gold = Gold::issued(&fixture, 1).await;
    fixture.mine(1).await;
    let sent = gold
        .moved(&fixture, gold.coin(0), fixture.coinbase(2).await)
        .await;
    let sent_id = fixture.submit(&sent).await.unwrap();
    let freeze = gold
        .frozen(&fixture, gold.coin(1), OutPoint::new(sent_id, 1))
        .await;
    assert_eq!(
        fixture.submit(&freeze).await,
        Err("tx.mempool_conflict".into())
    );
    assert_eq!(fixture.pooled().await, [sent_id]);
}

#[tokio::test]
async fn a_freeze_in_a_block_from_elsewhere_takes_waiting_spends_out() {
    let (one, two) = (Fixture::with_coins(3).await, Fixture::fresh());
    let gold = Gold::issued(&one, 1).await;
    one.mine(1).await;
    two.follow(&one).await;
    let sent = gold.moved(&one, gold.coin(0), one.coinbase(2).await).await;
    one.submit(&sent).await.unwrap();
    let freeze = gold.frozen(&two, gold.coin(1), two.coinbase(3).await).await;
    two.submit(&freeze).await.unwrap();
    let id = two.mine(1).await[0];
    one.node.submit_block(two.block(id).await).await.unwrap();
    assert_eq!(one.pooled().await, []);
    assert_eq!(
        one.submit(&sent).await,
        Err("mip0001.coin_frozen".to_owned())
    );
}

#[tokio::test]
async fn a_role_used_too_early_stays_out_but_units_move_on_at_once() {
    let fixture = Fixture::with_coins(2).await;
    let gold = Gold::issued(&fixture, 1).await;
    let early = gold
        .frozen(&fixture, gold.coin(1), fixture.coinbase(2).await)
        .await;
    assert_eq!(
        fixture.submit(&early).await,
        Err("mip0003.role_immature".into())
    );
    // Units move on unconfirmed all the same.
    let sent = gold
        .moved(&fixture, gold.coin(0), fixture.coinbase(2).await)
        .await;
    fixture.submit(&sent).await.unwrap();
    fixture.mine(1).await;
    assert_eq!(fixture.pooled().await, []);
}

#[tokio::test]
async fn a_reorganisation_takes_issue_and_freeze_back_and_mining_brings_them_again() {
    let (one, two) = (Fixture::with_coins(3).await, Fixture::fresh());
    two.follow(&one).await;
    let before = one.digest().await;
    let gold = Gold::issued(&one, 1).await;
    one.mine(1).await;
    let freeze = gold.frozen(&one, gold.coin(1), one.coinbase(2).await).await;
    one.submit(&freeze).await.unwrap();
    one.mine(1).await;
    assert!(one.node.freeze(gold.asset, gold.coin(0)).await.is_some());

    let rival: Vec<SealedBlock> = {
        let mut blocks = Vec::new();
        for id in two.node.mine(3, anyone_else()).await.unwrap() {
            blocks.push(two.block(id).await);
        }
        blocks
    };
    for block in rival {
        one.node.submit_block(block).await.unwrap();
    }
    assert_eq!(one.digest().await, two.digest().await);
    assert_ne!(one.digest().await, before);
    assert_eq!(one.node.asset(gold.asset).await, None);
    assert_eq!(one.node.freeze(gold.asset, gold.coin(0)).await, None);

    // The issue waits again; the freeze uses a role that is not a block old now, so it rests.
    assert_eq!(one.pooled().await, [gold.issue.compute_txid()]);
    one.mine(1).await;
    assert_eq!(one.pooled().await, [freeze.compute_txid()]);
    one.mine(1).await;
    assert_eq!(one.pooled().await, []);
    assert!(one.node.freeze(gold.asset, gold.coin(0)).await.is_some());
    let state = (one.digest().await, one.node.tip().await);
    let one = one.reopened();
    assert_eq!((one.digest().await, one.node.tip().await), state);
}

#[tokio::test]
async fn what_rests_outlasts_blocks_that_leave_its_parent_waiting() {
    let (one, two) = (Fixture::with_coins(3).await, Fixture::fresh());
    two.follow(&one).await;
    let gold = Gold::issued(&one, 1).await;
    one.mine(1).await;
    let freeze = gold.frozen(&one, gold.coin(1), one.coinbase(2).await).await;
    one.submit(&freeze).await.unwrap();
    // The rival branch holds neither: the issue waits again, the freeze rests until that is in a block.
    for id in two.node.mine(4, anyone_else()).await.unwrap() {
        one.node.submit_block(two.block(id).await).await.unwrap();
    }
    assert_eq!(one.node.tip().await, two.node.tip().await);
    assert_eq!(one.pooled().await, [gold.issue.compute_txid()]);
    one.mine(1).await;
    assert_eq!(one.pooled().await, [freeze.compute_txid()]);
}
