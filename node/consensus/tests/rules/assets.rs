//! The MIP rules where they meet the block: order, freezes of the same block, undo.
use bitcoin::{OutPoint, Transaction, TxOut};
use moneta_chain::{COIN, Height};
use moneta_mips::{
    Allocation, AssetId, Attachment, Envelope, Freeze, Holders, IssueAsset, Operation, Reason,
    RegistryView, Rights, Tier,
};
use moneta_testkit::chain::TestChain;

use crate::scenario::{ACCEPTED, both_ways, chain, code_of, pay, pay_to};

/// What an issue burns at least, in grains.
const PRICE: u64 = 10_000_000;
/// Grains on a coin that holds a freezable asset.
const ON_COIN: u64 = 1_000;

/// A chain on which gold was issued: its id, the coin of 1,000 units, and the coin with the rights.
struct Gold {
    chain: TestChain,
    id: AssetId,
    units: OutPoint,
    rights: OutPoint,
    /// A plain coin that pays for what comes.
    purse: OutPoint,
}

#[test]
fn an_asset_is_issued_and_its_units_move_in_the_same_block() {
    let (mut chain, coin) = chain();
    let (issue, id) = issue_gold(coin);
    let [units, rights] = [0, 1].map(|vout| OutPoint::new(issue.compute_txid(), vout));
    let sent = send(units, id, 400);
    chain
        .mine(vec![issue, sent.clone()])
        .expect("the child sees what its parent issued");
    let attached = |outpoint| {
        chain
            .state()
            .coins
            .get(&outpoint)
            .map(|coin| coin.attachment.clone())
    };
    let part = |vout| attached(OutPoint::new(sent.compute_txid(), vout));
    assert_eq!(part(0), Some(Some(Attachment::Asset { id, amount: 400 })));
    assert_eq!(part(1), Some(Some(Attachment::Asset { id, amount: 600 })));
    assert_eq!(attached(units), None, "it is spent");
    assert!(matches!(
        attached(rights),
        Some(Some(Attachment::Authority { .. }))
    ));
    assert_eq!(
        chain.state().registry.asset(&id).map(|asset| asset.supply),
        Some(1_000)
    );
}

#[test]
fn an_attached_coin_can_not_be_spent_without_an_envelope() {
    let gold = gold();
    let tx = TestChain::spend(&[gold.units, gold.purse], vec![pay(COIN)]);
    assert_eq!(both_ways(&gold.chain, tx), "mip0003.envelope_missing");
}

#[test]
fn a_frozen_coin_cannot_be_spent_in_the_same_block_in_either_order() {
    let gold = gold();
    let freeze = freeze(&gold);
    let spend = send(gold.units, gold.id, 400);
    for transactions in [[&freeze, &spend], [&spend, &freeze]] {
        let block = gold.chain.template(transactions.map(Clone::clone).to_vec());
        assert_eq!(
            code_of(gold.chain.check_template(block)),
            "mip0001.coin_frozen"
        );
    }
    assert_eq!(
        both_ways(&gold.chain, spend),
        ACCEPTED,
        "without the freeze it moves"
    );
    assert_eq!(both_ways(&gold.chain, freeze), ACCEPTED);
}

#[test]
fn a_freeze_holds_in_later_blocks_and_goes_when_its_block_is_taken_back() {
    let mut gold = gold();
    let before = gold.chain.state().clone();
    let spend = send(gold.units, gold.id, 400);
    let tx = freeze(&gold);
    gold.chain.mine(vec![tx]).expect("the freeze is valid");
    assert_eq!(both_ways(&gold.chain, spend.clone()), "mip0001.coin_frozen");
    gold.chain.disconnect();
    assert_eq!(gold.chain.state(), &before);
    assert_eq!(both_ways(&gold.chain, spend), ACCEPTED);
}

#[test]
fn a_role_coin_rests_for_one_block() {
    let (chain, coin) = chain();
    let (issue, id) = issue_gold(coin);
    let txid = issue.compute_txid();
    let envelope = Envelope {
        allocations: vec![rights_to(0, id)],
        ..Envelope::default()
    };
    let outputs = vec![pay(ON_COIN), pay_to(0, envelope.to_script())];
    let move_on = TestChain::spend(&[OutPoint::new(txid, 1)], outputs);
    let block = chain.template(vec![issue, move_on]);
    assert_eq!(
        code_of(chain.check_template(block)),
        "mip0003.role_immature"
    );
}

fn gold() -> Gold {
    let (mut chain, coin) = chain();
    let purse = chain.grant_open(COIN);
    let (issue, id) = issue_gold(coin);
    let txid = issue.compute_txid();
    chain.mine(vec![issue]).expect("the issue is valid");
    chain.mine_empty(1);
    let [units, rights] = [0, 1].map(|vout| OutPoint::new(txid, vout));
    Gold {
        chain,
        id,
        units,
        rights,
        purse,
    }
}

/// Issues 1,000 units to output 0 and the rights to output 1.
fn issue_gold(coin: OutPoint) -> (Transaction, AssetId) {
    let issue = IssueAsset {
        symbol: "GOLD".into(),
        issuer: None,
        decimals: 3,
        initial: 1_000,
        cap: 1_000_000,
        powers: Rights::MINT.union(Rights::FREEZE),
        holders: Holders::Open,
        name: "Gold in grams".into(),
        contract_hash: [0; 32],
    };
    let id = AssetId::derive(&coin, 0, &issue);
    let envelope = Envelope {
        allocations: vec![units_to(0, id, 1_000), rights_to(1, id)],
        operations: vec![Operation::IssueAsset(issue)],
    };
    let outputs = vec![pay(ON_COIN), pay(ON_COIN), carry(&envelope), pay(COIN)];
    (TestChain::spend(&[coin], outputs), id)
}

/// Sends some units to output 0 and keeps the rest of 1,000 on output 1.
fn send(units: OutPoint, id: AssetId, amount: u64) -> Transaction {
    let envelope = Envelope {
        allocations: vec![units_to(0, id, amount), units_to(1, id, 1_000 - amount)],
        ..Envelope::default()
    };
    let outputs = vec![pay(400), pay(400), pay_to(0, envelope.to_script())];
    TestChain::spend(&[units], outputs)
}

fn freeze(gold: &Gold) -> Transaction {
    let freeze = Freeze {
        asset: gold.id,
        targets: vec![gold.units].into(),
        tier: Tier::Emergency,
        stop: Height::new(100),
        reason: Reason::TheftReport,
        jurisdiction: *b"CH",
        document: [0; 32],
    };
    let envelope = Envelope {
        allocations: vec![rights_to(0, gold.id)],
        operations: vec![Operation::Freeze(freeze)],
    };
    let outputs = vec![pay(ON_COIN), carry(&envelope)];
    TestChain::spend(&[gold.rights, gold.purse], outputs)
}

fn units_to(vout: u32, id: AssetId, amount: u64) -> Allocation {
    let attachment = Attachment::Asset { id, amount };
    Allocation { vout, attachment }
}

fn rights_to(vout: u32, asset: AssetId) -> Allocation {
    let rights = Rights::MINT.union(Rights::FREEZE);
    let attachment = Attachment::Authority { asset, rights };
    Allocation { vout, attachment }
}

fn carry(envelope: &Envelope) -> TxOut {
    pay_to(PRICE, envelope.to_script())
}
