//! Blocks that break a rule of their own.
use bitcoin::absolute::LockTime;
use bitcoin::opcodes::all::OP_CHECKSIG;
use bitcoin::script::{Builder, PushBytesBuf};
use bitcoin::{Amount, Block, OutPoint, ScriptBuf, Sequence, Witness};
use moneta_chain::{COIN, Params};
use moneta_consensus::check_unsealed_block;
use moneta_mips::{Coin, Envelope, Operation};
use moneta_testkit::chain::{TestChain, TestKey, commit, payout_script};

use crate::scenario::{Scenario, chain, chain_with, code_of, pay, pay_to, plain};

pub(crate) fn all() -> Vec<Scenario> {
    let mut all = body();
    all.extend(limits());
    all.extend(sigops());
    all.extend(coinbases());
    all.extend(contents_of_coinbases());
    all.extend(witnesses());
    all
}

fn body() -> Vec<Scenario> {
    vec![
        Scenario {
            sentence: "a block without transactions",
            code: "block.no_transactions",
            play: || altered(|block| block.txdata.clear()),
        },
        Scenario {
            sentence: "a body that is not the one its header commits to",
            code: "block.bad_merkle_root",
            play: || {
                altered(|block| {
                    block.txdata.pop();
                })
            },
        },
        Scenario {
            sentence: "a repeated tail that leaves the merkle root as it is",
            code: "block.duplicate_tail",
            play: || {
                altered(|block| {
                    let parent = OutPoint::new(block.txdata[1].compute_txid(), 0);
                    block
                        .txdata
                        .push(TestChain::spend(&[parent], vec![pay(COIN)]));
                    commit(block);
                    block.txdata.extend(block.txdata.last().cloned());
                })
            },
        },
        Scenario {
            sentence: "a coin that exists already",
            code: "block.duplicate_coin",
            play: || {
                let (chain, coin) = chain();
                let block = chain.template(vec![plain(coin)]);
                let made = OutPoint::new(block.txdata[1].compute_txid(), 0);
                let mut coins = chain.state().clone();
                let coin = Coin {
                    output: pay(1),
                    height: chain.height(),
                    coinbase: false,
                    attachment: None,
                };
                coins.coins.insert(made, coin);
                code_of(chain.check_over(&coins, chain.seal(block)))
            },
        },
    ]
}

fn limits() -> Vec<Scenario> {
    vec![
        Scenario {
            sentence: "one byte more than fits, witnesses aside",
            code: "block.too_large",
            play: || {
                let judge = |max_block_weight| {
                    let (chain, coin) = chain_with(Params {
                        max_block_weight,
                        ..Params::dev()
                    });
                    let block = chain.template(vec![plain(coin)]);
                    let bytes: usize = block.txdata.iter().map(|tx| tx.base_size()).sum();
                    // Header and count stand before them.
                    let bytes = 80 + 1 + bytes as u64;
                    (bytes, code_of(chain.check_template(block)))
                };
                let (bytes, _) = judge(4_000_000);
                // The coinbase has a witness, so as heavy as this limit allows is still too heavy.
                assert_eq!(judge(4 * bytes).1, "block.too_heavy");
                judge(4 * bytes - 1).1
            },
        },
        Scenario {
            sentence: "one weight unit more than is allowed",
            code: "block.too_heavy",
            play: || {
                let judge = |witness: usize| {
                    let (chain, coin) = chain_with(Params {
                        max_block_weight: 4_000,
                        ..Params::dev()
                    });
                    let mut tx = plain(coin);
                    tx.input[0].witness = Witness::from_slice(&[vec![0; witness]]);
                    let block = chain.template(vec![tx]);
                    let weight = block.weight().to_wu();
                    (weight, code_of(chain.check_template(block)))
                };
                let (weight, _) = judge(300);
                let spare = usize::try_from(4_000 - weight).expect("it is lighter");
                // At the limit only the witness is wrong: nothing asked for it.
                assert_eq!(judge(300 + spare), (4_000, "tx.script_failed"));
                judge(300 + spare + 1).1
            },
        },
    ]
}

fn sigops() -> Vec<Scenario> {
    vec![
        Scenario {
            sentence: "output scripts with too many signature checks",
            code: "block.too_many_sigops",
            play: || {
                let judge = |checks: usize| {
                    let (chain, coin) = chain_with(Params {
                        max_block_sigop_cost: 80,
                        ..Params::dev()
                    });
                    let script = ScriptBuf::from_bytes(vec![OP_CHECKSIG.to_u8(); checks]);
                    let tx = TestChain::spend(&[coin], vec![pay_to(1, script)]);
                    code_of(chain.check_template(chain.template(vec![tx])))
                };
                assert_eq!(judge(20), "accepted");
                judge(21)
            },
        },
        Scenario {
            sentence: "two transactions with too many signature checks between them",
            code: "block.too_many_sigops",
            play: || {
                let (mut chain, _) = chain_with(Params {
                    max_block_sigop_cost: 3,
                    ..Params::dev()
                });
                // Each spend of a key's coin costs 1; they are not signed, but the limit comes first.
                let spends = [1, 2, 3, 4].map(|number| {
                    let coin = chain.grant(pay_to(COIN, TestKey::new(number).script()));
                    TestChain::spend(&[coin], vec![pay(1)])
                });
                let judge = |count: usize| {
                    let spends = spends[..count].to_vec();
                    code_of(chain.check_template(chain.template(spends)))
                };
                assert_eq!(judge(3), "tx.script_failed");
                judge(4)
            },
        },
        Scenario {
            sentence: "a script behind a script hash with too many signature checks",
            code: "block.too_many_sigops",
            play: || {
                let (mut chain, _) = chain_with(Params {
                    max_block_sigop_cost: 80,
                    ..Params::dev()
                });
                // The spend would fail anyway; the limit comes first.
                let redeem = ScriptBuf::from_bytes(vec![OP_CHECKSIG.to_u8(); 21]);
                let coin = chain.grant(pay_to(COIN, redeem.to_p2sh()));
                let mut tx = TestChain::spend(&[coin], vec![pay(1)]);
                let push = PushBytesBuf::try_from(redeem.into_bytes()).expect("21 bytes");
                tx.input[0].script_sig = Builder::new().push_slice(push).into_script();
                code_of(chain.check_template(chain.template(vec![tx])))
            },
        },
    ]
}

fn coinbases() -> Vec<Scenario> {
    vec![
        Scenario {
            sentence: "no coinbase at the front",
            code: "block.no_coinbase",
            play: || {
                altered(|block| {
                    block.txdata.remove(0);
                    commit(block);
                })
            },
        },
        Scenario {
            sentence: "a second coinbase right behind the first",
            code: "block.second_coinbase",
            play: || with_second_coinbase(1),
        },
        Scenario {
            sentence: "a second coinbase at the end",
            code: "block.second_coinbase",
            play: || with_second_coinbase(2),
        },
        Scenario {
            sentence: "a coinbase whose own lock time lies ahead",
            code: "tx.not_final",
            play: || {
                altered(|block| {
                    block.txdata[0].lock_time = LockTime::from_consensus(3);
                    block.txdata[0].input[0].sequence = Sequence::ENABLE_LOCKTIME_NO_RBF;
                    commit(block);
                })
            },
        },
        Scenario {
            sentence: "the height of another block in the coinbase",
            code: "block.bad_coinbase_height",
            play: || with_coinbase_script(Builder::new().push_int(4).push_slice(b"test")),
        },
        Scenario {
            sentence: "the right height, pushed with a byte instead of its opcode",
            code: "block.bad_coinbase_height",
            play: || with_coinbase_script(Builder::new().push_slice([3]).push_slice(b"test")),
        },
        Scenario {
            sentence: "the right height, not in front",
            code: "block.bad_coinbase_height",
            play: || with_coinbase_script(Builder::new().push_slice(b"test").push_int(3)),
        },
    ]
}

fn contents_of_coinbases() -> Vec<Scenario> {
    vec![
        Scenario {
            sentence: "an envelope in the coinbase",
            code: "mip0003.coinbase_envelope",
            play: || {
                altered(|block| {
                    let envelope = Envelope {
                        operations: vec![Operation::Anchor { digest: [7; 32] }],
                        ..Envelope::default()
                    };
                    let output = pay_to(0, envelope.to_script());
                    block.txdata[0].output.push(output);
                    commit(block);
                })
            },
        },
        Scenario {
            sentence: "what is no envelope but begins like one in the coinbase",
            code: "mip0003.coinbase_envelope",
            play: || {
                altered(|block| {
                    let output = pay_to(0, ScriptBuf::new_op_return(b"MTA\x01"));
                    block.txdata[0].output.push(output);
                    commit(block);
                })
            },
        },
        Scenario {
            sentence: "one grain more than subsidy and fees",
            code: "block.reward_too_high",
            play: || {
                altered(|block| {
                    block.txdata[0].output[0].value += Amount::from_sat(1);
                    commit(block);
                })
            },
        },
    ]
}

fn witnesses() -> Vec<Scenario> {
    vec![
        Scenario {
            sentence: "witnesses other than the coinbase commits to",
            code: "block.bad_witness_commitment",
            play: || {
                altered(|block| {
                    block.txdata[1].input[0].witness = Witness::from_slice(&[[1]]);
                })
            },
        },
        Scenario {
            sentence: "an older commitment after the true one: the last one counts",
            code: "block.bad_witness_commitment",
            play: || {
                altered(|block| {
                    let mut script = block.txdata[0].output[2].clone();
                    let mut bytes = script.script_pubkey.into_bytes();
                    bytes[37] ^= 1;
                    script.script_pubkey = ScriptBuf::from_bytes(bytes);
                    block.txdata[0].output.push(script);
                    commit_to_transactions(block);
                })
            },
        },
        Scenario {
            sentence: "a commitment, and no witness of the coinbase",
            code: "block.bad_witness_reserved_value",
            play: || altered(|block| block.txdata[0].input[0].witness = Witness::new()),
        },
        Scenario {
            sentence: "a commitment, and 31 bytes as witness of the coinbase",
            code: "block.bad_witness_reserved_value",
            play: || {
                altered(|block| {
                    block.txdata[0].input[0].witness = Witness::from_slice(&[[0; 31]]);
                })
            },
        },
        Scenario {
            sentence: "a commitment, and a second value behind the first in the coinbase's witness",
            code: "block.bad_witness_reserved_value",
            play: || {
                altered(|block| {
                    block.txdata[0].input[0].witness = Witness::from_slice(&[[0; 32]; 2]);
                })
            },
        },
        Scenario {
            sentence: "a witness that nothing commits to",
            code: "block.unexpected_witness",
            play: || {
                altered(|block| {
                    block.txdata[0].output.truncate(1);
                    commit_to_transactions(block);
                })
            },
        },
    ]
}

/// Alters a valid block with one transaction; header and seal are those of the altered block.
fn altered(alter: impl Fn(&mut Block)) -> &'static str {
    let (chain, coin) = chain();
    let mut block = chain.template(vec![plain(coin)]);
    assert_eq!(code_of(chain.check_template(block.clone())), "accepted");
    alter(&mut block);
    code_of(chain.check_template(block))
}

fn commit_to_transactions(block: &mut Block) {
    let root = block.compute_merkle_root();
    block.header.merkle_root = root.expect("there are transactions");
}

fn with_second_coinbase(index: usize) -> &'static str {
    altered(|block| {
        let mut second = block.txdata[0].clone();
        second.output.truncate(1);
        block.txdata.insert(index, second);
        commit(block);
    })
}

fn with_coinbase_script(script: Builder) -> &'static str {
    let (chain, _) = chain();
    let mut block = chain.template(Vec::new());
    block.txdata[0].input[0].script_sig = script.into_script();
    commit(&mut block);
    code_of(chain.check_template(block))
}

#[test]
fn outputs_that_nobody_can_spend_are_no_coins() {
    let (mut chain, coin) = chain();
    let long = ScriptBuf::from_bytes(vec![0x51; 10_001]);
    let outputs = vec![
        pay_to(1, ScriptBuf::new_op_return([0; 4])),
        pay_to(1, long),
        pay_to(1, payout_script()),
    ];
    let tx = TestChain::spend(&[coin], outputs);
    let txid = tx.compute_txid();
    chain.mine(vec![tx]).unwrap();
    let is_there = |vout| chain.state().coins.contains_key(&OutPoint::new(txid, vout));
    assert_eq!([0, 1, 2].map(is_there), [false, false, true]);
}

#[test]
fn too_many_signature_checks_are_seen_before_any_coin_is_looked_up() {
    let (chain, coin) = chain_with(Params {
        max_block_sigop_cost: 80,
        ..Params::dev()
    });
    let script = ScriptBuf::from_bytes(vec![OP_CHECKSIG.to_u8(); 21]);
    let block = chain.template(vec![TestChain::spend(&[coin], vec![pay_to(1, script)])]);
    let now = u64::from(block.header.time);
    let result = check_unsealed_block(&block, &chain.parent(), now, chain.params());
    assert_eq!(code_of(result), "block.too_many_sigops");
}
