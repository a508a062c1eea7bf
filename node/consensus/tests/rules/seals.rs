//! What is to blame when a block is refused: its id, or the message that brought it.
use bitcoin::{Block, OutPoint, Witness};
use moneta_chain::{COIN, SEAL_LEN, Seal};
use moneta_consensus::{BlockError, check_alone, check_unsealed_block};

use moneta_testkit::chain::{TestChain, commit};

use crate::header_scenarios::with_forged_mix;
use crate::scenario::{chain, pay, plain};

/// What somebody on the way does to a block.
type Alteration = fn(&mut Block);

#[test]
fn a_bad_seal_never_condemns_the_id() {
    let (chain, _) = chain();
    let block = chain.seal(chain.template(Vec::new()));
    for below in [true, false] {
        let error = chain.check(with_forged_mix(&block, below)).unwrap_err();
        assert!(matches!(error, BlockError::Header(_)), "{error}");
        assert!(!error.condemns_id());
    }
    chain
        .check(block)
        .expect("the same id with its true seal is valid");
}

#[test]
fn a_block_that_is_too_new_is_welcome_later() {
    let (chain, _) = chain();
    let block = chain.seal(chain.template(Vec::new()));
    let time = u64::from(block.block.header.time);
    let judge = |now| {
        check_alone(
            block.clone(),
            &chain.parent(),
            now,
            chain.params(),
            chain.light(),
        )
    };
    let error = judge(time - 121).unwrap_err();
    assert_eq!(error.code(), "header.time_too_new");
    assert!(!error.condemns_id());
    assert!(judge(time - 120).is_ok());
}

#[test]
fn what_anybody_can_alter_on_the_way_does_not_condemn_the_id() {
    let (chain, coin) = chain();
    let alterations: [(&str, Alteration); 5] = [
        ("block.no_transactions", |block| block.txdata.clear()),
        ("block.bad_merkle_root", |block| {
            block.txdata.pop();
        }),
        // Three transactions and the third again have the same root as the three alone.
        ("block.duplicate_tail", |block| {
            block.txdata.extend(block.txdata.last().cloned());
        }),
        ("block.bad_witness_commitment", |block| {
            block.txdata[1].input[0].witness = Witness::from_slice(&[[1]]);
        }),
        ("block.bad_witness_reserved_value", |block| {
            block.txdata[0].input[0].witness = Witness::new();
        }),
    ];
    let parent = OutPoint::new(plain(coin).compute_txid(), 0);
    let child = TestChain::spend(&[parent], vec![pay(COIN)]);
    let honest = chain.template(vec![plain(coin), child]);
    for (code, alter) in alterations {
        let mut sealed = chain.seal(honest.clone());
        alter(&mut sealed.block);
        let error = chain.check(sealed.clone()).unwrap_err();
        assert_eq!(error.code(), code);
        assert!(!error.condemns_id(), "{code}");
        assert_eq!(sealed.block.block_hash(), honest.block_hash());
    }
    let sealed = chain.seal(honest);
    chain
        .check(sealed)
        .expect("the honest body is as welcome as ever");
}

#[test]
fn two_hashes_that_pose_as_one_transaction_do_not_condemn_the_id() {
    let (chain, coin) = chain();
    let mut posing = plain(coin);
    posing.output[0].script_pubkey = vec![0x51; 4].into();
    assert_eq!(posing.base_size(), 64);
    let mut block = chain.template(Vec::new());
    block.txdata = vec![posing];
    commit(&mut block);
    // It has no coinbase either, but that is no fault of whoever made the block it poses as.
    let error = chain.check_template(block).unwrap_err();
    assert_eq!(error.code(), "tx.is_64_bytes");
    assert!(!error.condemns_id());
}

#[test]
fn what_the_id_commits_to_condemns_it() {
    let (chain, coin) = chain();
    let mut missing = plain(coin);
    missing.input[0].previous_output.vout = 7;
    let error = chain
        .check_template(chain.template(vec![missing]))
        .unwrap_err();
    assert_eq!(error.code(), "tx.missing_input");
    assert!(error.condemns_id());
    let mut greedy = chain.template(Vec::new());
    greedy.txdata[0].output[0].value *= 2;
    commit(&mut greedy);
    let error = chain.check_template(greedy).unwrap_err();
    assert_eq!(error.code(), "block.reward_too_high");
    assert!(error.condemns_id());
}

#[test]
fn a_template_is_judged_without_a_seal_and_by_the_same_rules() {
    let (chain, coin) = chain();
    let mut block = chain.template(vec![plain(coin)]);
    let judge = |block: &Block| {
        let now = u64::from(block.header.time);
        check_unsealed_block(block, &chain.parent(), now, chain.params())
    };
    assert_eq!(judge(&block), Ok(chain.height().next()));
    block.txdata.pop();
    assert_eq!(judge(&block).unwrap_err().code(), "block.bad_merkle_root");
}

#[test]
fn a_seal_is_forty_bytes_whatever_they_are() {
    let bytes = [0xa5; SEAL_LEN];
    assert_eq!(Seal::decode(&bytes).encode(), bytes);
}
