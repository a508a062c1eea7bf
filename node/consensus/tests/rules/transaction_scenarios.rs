//! Transactions that break a rule, in a block and for the mempool.
use std::collections::BTreeSet;

use bitcoin::absolute::LockTime;
use bitcoin::{Amount, OutPoint, ScriptBuf, Sequence, Transaction, transaction};
use moneta_chain::{COIN, Height, Params};
use moneta_consensus::{
    ChainView, ScriptTrust, check_transaction_alone, check_transaction_in_chain,
};
use moneta_testkit::chain::{TestChain, TestKey, commit};

use crate::scenario::{ACCEPTED, Scenario, both_ways, chain, code_of, pay, pay_to, plain};

/// Most grains there will ever be.
const MAX_MONEY: u64 = 21_000_000 * COIN;

pub(crate) fn all() -> Vec<Scenario> {
    let mut all = shapes();
    all.extend(inputs());
    all.extend(values());
    all.extend(coins());
    all.extend(locks());
    all.extend(permissions());
    all.extend(crate::sigops::all());
    all
}

fn shapes() -> Vec<Scenario> {
    vec![
        Scenario {
            sentence: "no inputs",
            code: "tx.no_inputs",
            play: || altered(|tx| tx.input.clear()),
        },
        Scenario {
            sentence: "no outputs",
            code: "tx.no_outputs",
            play: || altered(|tx| tx.output.clear()),
        },
        Scenario {
            sentence: "one byte more than a block holds",
            code: "tx.too_large",
            play: || {
                let (_, coin) = chain();
                let tx = plain(coin);
                let judge = |bytes: u64| {
                    let params = Params {
                        max_block_weight: 4 * bytes,
                        ..Params::dev()
                    };
                    let result = check_transaction_alone(&tx, &params);
                    result.map_or_else(|error| error.code(), |()| ACCEPTED)
                };
                assert_eq!(judge(tx.base_size() as u64), ACCEPTED);
                judge(tx.base_size() as u64 - 1)
            },
        },
        Scenario {
            sentence: "64 bytes without witnesses",
            code: "tx.is_64_bytes",
            play: || {
                let with_script = |len: usize| {
                    altered(|tx| tx.output[0].script_pubkey = ScriptBuf::from(vec![0x51; len]))
                };
                assert_eq!(with_script(3), ACCEPTED, "63 bytes");
                assert_eq!(with_script(5), ACCEPTED, "65 bytes");
                with_script(4)
            },
        },
    ]
}

fn inputs() -> Vec<Scenario> {
    vec![
        Scenario {
            sentence: "one coin spent twice by one transaction",
            code: "tx.duplicate_input",
            play: || altered(|tx| tx.input.push(tx.input[0].clone())),
        },
        Scenario {
            sentence: "an input without a coin beside one with a coin",
            code: "tx.null_input",
            play: || {
                altered(|tx| {
                    tx.input.push(tx.input[0].clone());
                    tx.input[1].previous_output = OutPoint::null();
                })
            },
        },
        Scenario {
            sentence: "a coinbase script of 101 bytes",
            code: "tx.coinbase_script_length",
            play: || {
                let (chain, _) = chain();
                let mut block = chain.template(Vec::new());
                let judge = |block: &mut bitcoin::Block, len| {
                    let mut script = block.txdata[0].input[0].script_sig.to_bytes();
                    script.resize(len, 0x51);
                    block.txdata[0].input[0].script_sig = ScriptBuf::from(script);
                    commit(block);
                    code_of(chain.check_template(block.clone()))
                };
                assert_eq!(judge(&mut block, 100), ACCEPTED);
                assert_eq!(judge(&mut block, 2), ACCEPTED);
                assert_eq!(judge(&mut block, 1), "tx.coinbase_script_length");
                judge(&mut block, 101)
            },
        },
        Scenario {
            sentence: "a coinbase offered to the mempool",
            code: "tx.coinbase",
            play: || {
                let (chain, _) = chain();
                let tx = chain.template(Vec::new()).txdata.remove(0);
                let (frozen, height) = (BTreeSet::new(), chain.height().next());
                let past = chain.past();
                check_transaction_in_chain(&tx, &past, &frozen, height, &ScriptTrust::Verify)
                    .map_or_else(|error| error.code(), |_| ACCEPTED)
            },
        },
    ]
}

fn values() -> Vec<Scenario> {
    vec![
        Scenario {
            sentence: "an output of one grain more than 21 million coins",
            code: "tx.output_above_limit",
            play: || altered(|tx| tx.output[0].value = Amount::from_sat(MAX_MONEY + 1)),
        },
        Scenario {
            sentence: "an output that is negative where numbers have signs",
            code: "tx.output_above_limit",
            play: || altered(|tx| tx.output[0].value = Amount::from_sat(u64::MAX)),
        },
        Scenario {
            sentence: "outputs that are too much together only",
            code: "tx.outputs_above_limit",
            play: || altered(|tx| tx.output = vec![pay(MAX_MONEY), pay(1)]),
        },
        Scenario {
            sentence: "inputs that hold more than there is",
            code: "tx.inputs_above_limit",
            play: || {
                let (mut chain, coin) = chain();
                let rich = chain.grant_open(MAX_MONEY);
                both_ways(
                    &chain,
                    TestChain::spend(&[coin, rich], vec![pay(MAX_MONEY)]),
                )
            },
        },
        Scenario {
            sentence: "one grain more out than in",
            code: "tx.outputs_above_inputs",
            play: || {
                let whole = |grains| altered(|tx| tx.output[0].value = Amount::from_sat(grains));
                assert_eq!(whole(10 * COIN), ACCEPTED, "a fee of zero is allowed");
                whole(10 * COIN + 1)
            },
        },
    ]
}

fn coins() -> Vec<Scenario> {
    vec![
        Scenario {
            sentence: "a coin that never existed",
            code: "tx.missing_input",
            play: || altered(|tx| tx.input[0].previous_output.vout = 1),
        },
        Scenario {
            sentence: "a coin spent twice in one block",
            code: "tx.missing_input",
            play: || {
                let (chain, coin) = chain();
                let other = TestChain::spend(&[coin], vec![pay(COIN)]);
                code_of(chain.check_template(chain.template(vec![plain(coin), other])))
            },
        },
        Scenario {
            sentence: "a child before its parent in one block",
            code: "tx.missing_input",
            play: || {
                let (chain, coin) = chain();
                let parent = plain(coin);
                let made = OutPoint::new(parent.compute_txid(), 0);
                let child = TestChain::spend(&[made], vec![pay(COIN)]);
                let ordered = chain.template(vec![parent.clone(), child.clone()]);
                assert_eq!(code_of(chain.check_template(ordered)), ACCEPTED);
                code_of(chain.check_template(chain.template(vec![child, parent])))
            },
        },
        Scenario {
            sentence: "an output that nobody can spend",
            code: "tx.missing_input",
            play: || {
                let (chain, coin) = chain();
                let note = pay_to(0, ScriptBuf::new_op_return(b"note"));
                let parent = TestChain::spend(&[coin], vec![note]);
                let made = OutPoint::new(parent.compute_txid(), 0);
                let child = TestChain::spend(&[made], vec![pay(0)]);
                code_of(chain.check_template(chain.template(vec![parent, child])))
            },
        },
        Scenario {
            sentence: "a coinbase spent one block too early",
            code: "tx.immature_coinbase",
            play: || {
                let mut chain = TestChain::new();
                chain.mine_empty(99);
                let coinbase = &chain.blocks()[0].block().block.txdata[0];
                let coin = OutPoint::new(coinbase.compute_txid(), 0);
                let tx = TestChain::spend(&[coin], vec![pay(COIN)]);
                let too_early = both_ways(&chain, tx.clone());
                chain.mine_empty(1);
                assert_eq!(
                    both_ways(&chain, tx),
                    ACCEPTED,
                    "at height 101 it is mature"
                );
                too_early
            },
        },
    ]
}

fn locks() -> Vec<Scenario> {
    vec![
        Scenario {
            sentence: "a lock time at the block's own height",
            code: "tx.not_final",
            play: || {
                let lock = |height| {
                    altered(|tx| {
                        tx.lock_time = LockTime::from_consensus(height);
                        tx.input[0].sequence = Sequence::ENABLE_LOCKTIME_NO_RBF;
                    })
                };
                assert_eq!(lock(2), ACCEPTED);
                lock(3)
            },
        },
        Scenario {
            sentence: "a lock time at the median of the times below, not at the block's time",
            code: "tx.not_final",
            play: || {
                let median_time = chain().0.parent().median_time();
                let lock = |time, sequence| {
                    altered(|tx| {
                        tx.lock_time = LockTime::from_consensus(time);
                        tx.input[0].sequence = sequence;
                    })
                };
                let open = Sequence::ENABLE_LOCKTIME_NO_RBF;
                assert_eq!(lock(median_time - 1, open), ACCEPTED);
                assert_eq!(lock(median_time, Sequence::MAX), ACCEPTED, "nobody asks");
                lock(median_time, open)
            },
        },
        Scenario {
            sentence: "a relative lock of one block more than have passed",
            code: "tx.locked_until_height",
            play: || {
                let lock = |blocks, version| {
                    altered(|tx| {
                        tx.version = transaction::Version(version);
                        tx.input[0].sequence = Sequence::from_height(blocks);
                    })
                };
                assert_eq!(lock(1, 2), ACCEPTED);
                assert_eq!(lock(2, 1), ACCEPTED, "version 1 knows no relative locks");
                assert_eq!(
                    lock(2, -1),
                    "tx.locked_until_height",
                    "-1 is a high version"
                );
                lock(2, 2)
            },
        },
        Scenario {
            sentence: "a relative lock of one second more than have passed",
            code: "tx.locked_until_time",
            play: relative_time_lock,
        },
    ]
}

fn relative_time_lock() -> &'static str {
    let (mut chain, coin) = chain();
    let mut tx = plain(coin);
    tx.input[0].sequence = Sequence::from_512_second_intervals(1);
    // The coin stands at height 2; the median time before it is that of height 1.
    let until = chain
        .median_time_past(Height::new(1))
        .expect("height 1 is there")
        + 512;
    while chain.parent().median_time() + 60 < until {
        chain.mine_empty(1);
    }
    let too_early = both_ways(&chain, tx.clone());
    chain.mine_empty(1);
    assert!(chain.parent().median_time() >= until);
    assert_eq!(both_ways(&chain, tx), ACCEPTED);
    too_early
}

fn permissions() -> Vec<Scenario> {
    vec![
        Scenario {
            sentence: "a script that yields false",
            code: "tx.script_failed",
            play: || {
                let (mut chain, _) = chain();
                let coin = chain.grant(pay_to(COIN, ScriptBuf::from(vec![0x00])));
                both_ways(&chain, TestChain::spend(&[coin], vec![pay(1)]))
            },
        },
        Scenario {
            sentence: "another key than the coin's",
            code: "tx.script_failed",
            play: || {
                let (mut chain, _) = chain();
                let (owner, thief) = (TestKey::new(1), TestKey::new(2));
                let output = pay_to(COIN, owner.script());
                let coin = chain.grant(output.clone());
                let mut tx = TestChain::spend(&[coin], vec![pay(1)]);
                owner.sign(&mut tx, 0, &output);
                assert_eq!(both_ways(&chain, tx.clone()), ACCEPTED);
                thief.sign(&mut tx, 0, &output);
                both_ways(&chain, tx)
            },
        },
        Scenario {
            sentence: "a signature over another amount",
            code: "tx.script_failed",
            play: || {
                let (mut chain, _) = chain();
                let owner = TestKey::new(1);
                let coin = chain.grant(pay_to(COIN, owner.script()));
                let mut tx = TestChain::spend(&[coin], vec![pay(1)]);
                owner.sign(&mut tx, 0, &pay_to(COIN + 1, owner.script()));
                both_ways(&chain, tx)
            },
        },
        Scenario {
            sentence: "a taproot coin without a witness",
            code: "tx.script_failed",
            play: || {
                let (mut chain, _) = chain();
                let (key, _) = TestKey::new(1).public().x_only_public_key();
                let script = [&[0x51, 0x20], key.serialize().as_slice()].concat();
                let coin = chain.grant(pay_to(COIN, ScriptBuf::from(script)));
                both_ways(&chain, TestChain::spend(&[coin], vec![pay(1)]))
            },
        },
    ]
}

/// Alters a valid transaction that spends a coin of 10 MTA at height 2 in a block at height 3.
fn altered(alter: impl Fn(&mut Transaction)) -> &'static str {
    let (chain, coin) = chain();
    let mut tx = plain(coin);
    assert_eq!(both_ways(&chain, tx.clone()), ACCEPTED);
    alter(&mut tx);
    both_ways(&chain, tx)
}
