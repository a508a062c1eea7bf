//! Bugs that hurt other chains, as cases against the rules, in a block and for the mempool. The table of all of
//! them is `docs/regressions.md`.
use bitcoin::opcodes::OP_TRUE;
use bitcoin::opcodes::all::{OP_CHECKSIG, OP_DROP};
use bitcoin::script::Builder;
use bitcoin::{OutPoint, ScriptBuf, Transaction};
use moneta_chain::COIN;
use moneta_mips::{
    Allocation, AssetId, Attachment, Envelope, Holders, IssueAsset, Operation, Rights,
};
use moneta_testkit::chain::TestChain;

use crate::scenario::{ACCEPTED, both_ways, chain, pay, pay_to};

/// More than any price.
const PRICE: u64 = 10_000_000;

/// Issues `initial` units to output 0 and the right to mint to output 1.
fn issue(coin: OutPoint, initial: u64, cap: u64) -> (Transaction, AssetId) {
    let issue = IssueAsset {
        symbol: "GOLD".into(),
        issuer: None,
        decimals: 0,
        initial,
        cap,
        powers: Rights::MINT,
        holders: Holders::Open,
        name: "Gold".into(),
        contract_hash: [0; 32],
    };
    let id = AssetId::derive(&coin, 0, &issue);
    let allocations = vec![units(id, 0, initial), mint_right(id, 1)];
    let operations = vec![Operation::IssueAsset(issue)];
    (carry(&[coin], 9 * COIN, allocations, operations), id)
}

fn carry(
    coins: &[OutPoint],
    rest: u64,
    allocations: Vec<Allocation>,
    operations: Vec<Operation>,
) -> Transaction {
    let envelope = Envelope {
        allocations,
        operations,
    };
    let carrier = pay_to(PRICE, envelope.to_script());
    TestChain::spend(coins, vec![pay(1_000), pay(1_000), carrier, pay(rest)])
}

fn units(id: AssetId, vout: u32, amount: u64) -> Allocation {
    let attachment = Attachment::Asset { id, amount };
    Allocation { vout, attachment }
}

fn mint_right(asset: AssetId, vout: u32) -> Allocation {
    let rights = Rights::MINT;
    let attachment = Attachment::Authority { asset, rights };
    Allocation { vout, attachment }
}

/// R1 (CVE-2010-5139): 184 billion coins, as a sum that ran over.
#[test]
fn r01_sums_that_run_over_make_no_coins() {
    for value in [i64::MAX.cast_unsigned(), u64::MAX, u64::MAX / 2 + 1] {
        let (chain, coin) = chain();
        let tx = TestChain::spend(&[coin], vec![pay(value), pay(value)]);
        assert_eq!(both_ways(&chain, tx), "tx.output_above_limit");
    }
}

/// R1 and R20 (Counterparty at block 441563), with units: more than the cap at issue, past the cap by a second
/// mint, and allocations that run over together.
#[test]
fn r01_sums_of_units_that_run_over_make_no_units_and_r20_stop_nothing() {
    let (mut chain, coin) = chain();
    let (tx, _) = issue(coin, 2, 1);
    assert_eq!(both_ways(&chain, tx), "mip0003.initial_over_cap");
    let (tx, id) = issue(coin, u64::MAX - 1, u64::MAX);
    let txid = tx.compute_txid();
    chain.mine(vec![tx]).expect("as much as there may be");
    chain.mine_empty(1);
    let [held, right, purse] = [0, 1, 3].map(|vout| OutPoint::new(txid, vout));
    let mint = |amount, allocated| {
        let allocations = vec![mint_right(id, 0), units(id, 1, allocated)];
        let operations = vec![Operation::Mint { asset: id, amount }];
        carry(&[right, purse], 0, allocations, operations)
    };
    assert_eq!(both_ways(&chain, mint(2, 2)), "mip0003.cap_exceeded");
    assert_eq!(
        both_ways(&chain, mint(u64::MAX, u64::MAX)),
        "mip0003.cap_exceeded"
    );
    assert_eq!(both_ways(&chain, mint(1, 2)), "mip0003.not_conserved");
    assert_eq!(both_ways(&chain, mint(1, 1)), ACCEPTED);
    // The two together are what is held, if 64 bits are all that is looked at.
    let allocations = vec![units(id, 0, u64::MAX), units(id, 1, u64::MAX)];
    let split = carry(&[held, purse], 0, allocations, Vec::new());
    assert_eq!(both_ways(&chain, split), "mip0003.not_conserved");
}

/// R7 (BIP54): a transaction as long as two hashes could pose as an inner node of the merkle tree, or the other way
/// round.
#[test]
fn r07_a_transaction_of_64_bytes_is_refused() {
    let (chain, coin) = chain();
    let of = |len: usize| {
        let script = ScriptBuf::from_bytes(vec![OP_TRUE.to_u8(); len]);
        TestChain::spend(&[coin], vec![pay_to(1, script)])
    };
    for (len, verdict) in [(3, ACCEPTED), (4, "tx.is_64_bytes"), (5, ACCEPTED)] {
        let tx = of(len);
        assert_eq!(tx.base_size(), 60 + len);
        assert_eq!(both_ways(&chain, tx), verdict);
    }
}

/// R12 (block 364292): one transaction with 5,569 inputs that each hash all of it. How long the worst that is
/// allowed takes is measured by `cargo xtask bench connect`.
#[test]
fn r12_a_transaction_of_thousands_of_hashes_of_itself_is_refused() {
    let (mut chain, _) = chain();
    // Nobody signs: a signature that is empty is false without any hashing, and dropped.
    let script = Builder::new()
        .push_slice([])
        .push_slice([2; 33])
        .push_opcode(OP_CHECKSIG)
        .push_opcode(OP_DROP)
        .push_opcode(OP_TRUE)
        .into_script();
    let coins: Vec<OutPoint> = (0..5_569)
        .map(|_| chain.grant(pay_to(1_000, script.clone())))
        .collect();
    let mega = TestChain::spend(&coins, vec![pay(1)]);
    assert_eq!(both_ways(&chain, mega), "tx.too_many_executed_sigops");
    let allowed = TestChain::spend(&coins[..2_500], vec![pay(1)]);
    assert_eq!(both_ways(&chain, allowed), ACCEPTED);
}
