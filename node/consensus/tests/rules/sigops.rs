//! MIP-9: how many signatures scripts before segwit may check, and its vectors.
// Tests may write the vectors that they replay.
#![allow(clippy::disallowed_methods)]
use bitcoin::hex::{DisplayHex, FromHex};
use bitcoin::opcodes::all::{OP_CHECKMULTISIG, OP_CHECKSIG, OP_ENDIF, OP_IF, OP_PUSHNUM_2};
use bitcoin::opcodes::{OP_0, OP_TRUE};
use bitcoin::script::{Builder, PushBytesBuf};
use bitcoin::{Opcode, ScriptBuf, Transaction, consensus};
use moneta_chain::{COIN, Params};
use moneta_testkit::chain::TestChain;
use serde_json::{Value, json};

use crate::scenario::{ACCEPTED, Scenario, both_ways, chain, chain_with, code_of, pay, pay_to};

const CODE: &str = "tx.too_many_executed_sigops";
const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../mips/vectors/mip-0009/executed_sigops.json"
);

pub(crate) fn all() -> Vec<Scenario> {
    vec![
        Scenario {
            sentence: "more than 2,500 signature checks in the scripts of coins",
            code: CODE,
            play: || {
                assert_eq!(judge(spent(2_500)), ACCEPTED);
                judge(spent(2_501))
            },
        },
        Scenario {
            sentence: "coins' own scripts with too many signature checks for a block",
            code: "block.too_many_sigops",
            play: || {
                let judge = |checks: usize| {
                    let params = Params {
                        max_block_sigop_cost: 80,
                        ..Params::dev()
                    };
                    let (mut chain, _) = chain_with(params);
                    let script = skipped(&vec![OP_CHECKSIG; checks]);
                    let coin = chain.grant(pay_to(COIN, script));
                    let tx = TestChain::spend(&[coin], vec![pay(1)]);
                    code_of(chain.check_template(chain.template(vec![tx])))
                };
                assert_eq!(judge(20), ACCEPTED);
                judge(21)
            },
        },
    ]
}

/// A script that is true and has these opcodes in a branch that is not taken.
fn skipped(opcodes: &[Opcode]) -> ScriptBuf {
    let branch = Builder::new().push_opcode(OP_0).push_opcode(OP_IF);
    let full = opcodes
        .iter()
        .fold(branch, |script, opcode| script.push_opcode(*opcode));
    full.push_opcode(OP_ENDIF)
        .push_opcode(OP_TRUE)
        .into_script()
}

/// Coins whose scripts have this many checks together: 20 a multisignature, then one by one.
fn spent(checks: usize) -> Vec<(ScriptBuf, ScriptBuf)> {
    let mut opcodes = vec![OP_CHECKMULTISIG; checks / 20];
    opcodes.extend(vec![OP_CHECKSIG; checks % 20]);
    let bare = |opcodes: &[Opcode]| (skipped(opcodes), ScriptBuf::new());
    opcodes.chunks(100).map(bare).collect()
}

/// The same behind a script hash.
fn behind_hash(opcodes: &[Opcode]) -> (ScriptBuf, ScriptBuf) {
    let redeem = skipped(opcodes);
    let output_script = redeem.to_p2sh();
    let push = PushBytesBuf::try_from(redeem.into_bytes()).expect("a short script");
    let input_script = Builder::new().push_slice(push).into_script();
    (output_script, input_script)
}

/// Spends coins under output scripts by input scripts, in a block and for the mempool.
fn judge(scripts: Vec<(ScriptBuf, ScriptBuf)>) -> &'static str {
    let (mut chain, _) = chain();
    let coins: Vec<_> = scripts
        .iter()
        .map(|(output_script, _)| chain.grant(pay_to(COIN, output_script.clone())))
        .collect();
    let mut tx = TestChain::spend(&coins, vec![pay(1)]);
    for (input, (_, input_script)) in tx.input.iter_mut().zip(scripts) {
        input.script_sig = input_script;
    }
    both_ways(&chain, tx)
}

/// About, scripts and their count.
type Case = (&'static str, Vec<(ScriptBuf, ScriptBuf)>, usize);

fn cases() -> Vec<Case> {
    let checks = |count: usize| vec![OP_CHECKSIG; count];
    let pairs = [OP_PUSHNUM_2, OP_CHECKMULTISIG].repeat(95);
    let hashes = |count: usize| vec![behind_hash(&checks(190)); count];
    let mut mixed = hashes(12);
    mixed.push((skipped(&pairs), ScriptBuf::new()));
    let mut input_script = hashes(12);
    input_script.push((skipped(&checks(200)), skipped(&checks(20))));
    let mut over = input_script.clone();
    over.push((skipped(&checks(1)), ScriptBuf::new()));
    vec![
        ("as many as there may be, bare", spent(2_500), 2_500),
        ("one more", spent(2_501), 2_501),
        ("behind script hashes", hashes(13), 13 * 190),
        ("behind too many script hashes", hashes(14), 14 * 190),
        (
            "a number before a multisignature counts",
            mixed,
            12 * 190 + 2 * 95,
        ),
        ("input scripts count too", input_script, 2_500),
        ("input scripts and one more", over, 2_501),
    ]
}

fn written() -> Value {
    let cases = cases().into_iter().map(|(about, scripts, count)| {
        let (mut chain, _) = chain();
        let coins: Vec<_> = scripts.iter().map(|_| chain.grant_open(COIN)).collect();
        let mut tx = TestChain::spend(&coins, vec![pay(1)]);
        for (input, (_, input_script)) in tx.input.iter_mut().zip(&scripts) {
            input.script_sig.clone_from(input_script);
        }
        let spent: Vec<String> = scripts
            .iter()
            .map(|(script, _)| script.as_bytes().to_lower_hex_string())
            .collect();
        json!({
            "about": about,
            "tx": consensus::encode::serialize_hex(&tx),
            "spent": spent,
            "count": count,
            "code": if count > 2_500 { CODE } else { "" },
        })
    });
    cases.collect()
}

#[test]
fn the_vectors_are_those_of_the_scenarios() {
    let text = serde_json::to_string_pretty(&written()).expect("plain values") + "\n";
    if std::env::var_os("MONETA_WRITE_VECTORS").is_some() {
        std::fs::write(FILE, &text).expect("the folder is there");
    }
    assert_eq!(std::fs::read_to_string(FILE).expect("the file"), text);
}

#[test]
fn every_vector_has_its_verdict() {
    let text = std::fs::read_to_string(FILE).expect("the file");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("a list");
    assert!(cases.len() > 6);
    for case in cases {
        let bytes = Vec::from_hex(case["tx"].as_str().expect("text")).expect("hexadecimal");
        let tx: Transaction = consensus::deserialize(&bytes).expect("a transaction");
        let spent = case["spent"].as_array().expect("a list").iter();
        let scripts = spent
            .map(|script| ScriptBuf::from_hex(script.as_str().expect("text")).expect("a script"))
            .zip(tx.input.iter().map(|input| input.script_sig.clone()));
        let got = judge(scripts.collect());
        match case["code"].as_str() {
            Some("") => assert_ne!(got, CODE, "{}", case["about"]),
            expected => assert_eq!(Some(got), expected, "{}", case["about"]),
        }
    }
}
