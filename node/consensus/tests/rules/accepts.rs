//! What the rules let through, and what it leaves behind.
use bitcoin::{Amount, OutPoint};
use moneta_chain::{COIN, Height};
use moneta_consensus::{ScriptTrust, check_alone, check_in_chain};
use moneta_testkit::chain::{TestChain, TestKey};

use crate::scenario::{chain, pay, pay_to};

/// A mined coin goes to a key, and on to another with a fee, in two transactions of one block.
fn played() -> TestChain {
    let mut chain = TestChain::new();
    chain.mine_empty(100);
    let coinbase = chain.blocks()[0].block().block.txdata[0].compute_txid();
    let (anna, ben) = (TestKey::new(1), TestKey::new(2));
    let to_anna = pay_to(5 * COIN, anna.script());
    let first = TestChain::spend(&[OutPoint::new(coinbase, 0)], vec![to_anna.clone()]);
    let made = OutPoint::new(first.compute_txid(), 0);
    let outputs = vec![pay_to(3 * COIN, ben.script()), pay_to(COIN, anna.script())];
    let mut second = TestChain::spend(&[made], outputs);
    anna.sign(&mut second, 0, &to_anna);
    chain
        .mine(vec![first, second])
        .expect("both are valid in this order");
    chain
}

#[test]
fn a_mined_coin_is_spent_twice_over_in_one_block_and_the_miner_takes_the_fee() {
    let chain = played();
    assert_eq!(chain.height(), Height::new(101));
    let block = chain.blocks().last().unwrap();
    let [coinbase, first, second] = block.transactions() else {
        panic!("three transactions");
    };
    assert_eq!([coinbase.fee, first.fee], [Amount::ZERO; 2]);
    assert_eq!(second.fee, Amount::from_sat(COIN));
    let reward = &block.block().block.txdata[0].output[0];
    assert_eq!(reward.value, Amount::from_sat(6 * COIN));
    assert_eq!(second.spent[0].height, Height::new(101));
    assert!(first.spent[0].coinbase && !second.spent[0].coinbase);
}

#[test]
fn taking_blocks_back_restores_the_state_exactly() {
    let mut chain = played();
    let mut states = vec![chain.state().clone()];
    let mut taken = Vec::new();
    while let Some(block) = chain.disconnect() {
        taken.push(block);
        states.push(chain.state().clone());
    }
    assert!(chain.state().coins.is_empty());
    for (block, state) in taken.into_iter().rev().zip(states.iter().rev().skip(1)) {
        let again = chain
            .check(block.block().clone())
            .expect("it was valid before");
        assert_eq!(again.transactions(), block.transactions());
        chain.connect(again);
        assert_eq!(chain.state(), state);
    }
}

#[test]
fn a_miner_may_take_less_than_the_reward() {
    let (chain, _) = chain();
    let mut block = chain.template(Vec::new());
    block.txdata[0].output[0].value = Amount::ZERO;
    moneta_testkit::chain::commit(&mut block);
    chain.check_template(block).expect("less is allowed");
}

#[test]
fn a_block_without_witnesses_needs_no_commitment() {
    let (chain, coin) = chain();
    let mut block = chain.template(vec![TestChain::spend(&[coin], vec![pay(COIN)])]);
    // What is left is the reward, and what the block commits to in its chain (MIP-7).
    block.txdata[0].output.truncate(2);
    block.txdata[0].input[0].witness.clear();
    moneta_testkit::chain::commit(&mut block);
    chain.check_template(block).expect("nothing to commit to");
}

#[test]
fn scripts_are_left_out_only_where_they_are_known_to_hold() {
    let (mut chain, _) = chain();
    let coin = chain.grant(pay_to(COIN, TestKey::new(1).script()));
    let unsigned = TestChain::spend(&[coin], vec![pay(1)]);
    let block = chain.seal(chain.template(vec![unsigned]));
    let now = u64::from(block.block.header.time);
    let judge = |scripts| {
        let checked = check_alone(
            block.clone(),
            &chain.parent(),
            now,
            chain.params(),
            chain.light(),
        );
        check_in_chain(checked.expect("right by itself"), &chain.past(), scripts)
    };
    assert_eq!(
        judge(&ScriptTrust::Verify).unwrap_err().code(),
        "tx.script_failed"
    );
    assert!(judge(&ScriptTrust::AssumeChecked).is_ok());
}

#[test]
fn heights_up_to_the_sign_bit_of_their_first_byte_stand_in_the_coinbase_as_bitcoin_writes_them() {
    // 16 is the last one-opcode height, 128 the first that needs a second byte for its sign.
    let mut chain = TestChain::new();
    chain.mine_empty(130);
    let script = |height: usize| {
        let coinbase = &chain.blocks()[height - 1].block().block.txdata[0];
        coinbase.input[0].script_sig.to_bytes()
    };
    assert!(script(16).starts_with(&[0x60]));
    assert!(script(17).starts_with(&[0x01, 17]));
    assert!(script(127).starts_with(&[0x01, 127]));
    assert!(script(128).starts_with(&[0x02, 128, 0]));
}
