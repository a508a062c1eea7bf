//! Signature operations, counted as Bitcoin Core counts them.
use bitcoin::opcodes::all::{
    OP_CHECKMULTISIG, OP_CHECKSIG, OP_CHECKSIGVERIFY, OP_NOP, OP_PUSHBYTES_1, OP_PUSHBYTES_75,
    OP_PUSHNUM_2, OP_PUSHNUM_16,
};
use bitcoin::script::{Builder, PushBytesBuf};
use bitcoin::{
    Amount, Opcode, OutPoint, Script, ScriptBuf, Transaction, TxIn, TxOut, Witness, absolute,
    transaction,
};
use moneta_chain::Height;
use moneta_mips::Coin;

use crate::sigop_cost;

fn script(opcodes: &[Opcode]) -> ScriptBuf {
    opcodes
        .iter()
        .map(|opcode| opcode.to_u8())
        .collect::<Vec<_>>()
        .into()
}

fn push(script: &Script) -> ScriptBuf {
    let push = PushBytesBuf::try_from(script.to_bytes()).unwrap();
    Builder::new().push_slice(push).into_script()
}

/// The cost of one input that spends a coin with `output_script`, and of no output.
fn cost(output_script: &Script, input_script: ScriptBuf, witness: &[&Script]) -> u64 {
    let witness = Witness::from_slice(
        &witness
            .iter()
            .map(|script| script.as_bytes())
            .collect::<Vec<_>>(),
    );
    let tx = Transaction {
        version: transaction::Version::TWO,
        lock_time: absolute::LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::null(),
            script_sig: input_script,
            witness,
            ..TxIn::default()
        }],
        output: Vec::new(),
    };
    let coin = Coin {
        output: TxOut {
            value: Amount::ZERO,
            script_pubkey: output_script.to_owned(),
        },
        height: Height::GENESIS,
        coinbase: false,
        attachment: None,
    };
    sigop_cost(&tx, &[coin])
}

#[test]
fn operations_in_input_scripts_cost_4_and_a_multisignature_counts_for_20() {
    let bare = |opcodes: &[Opcode]| cost(Script::new(), script(opcodes), &[]);
    assert_eq!(bare(&[]), 0);
    assert_eq!(bare(&[OP_CHECKSIG, OP_NOP, OP_CHECKSIGVERIFY]), 4 * 2);
    assert_eq!(
        bare(&[OP_PUSHNUM_2, OP_CHECKMULTISIG]),
        4 * 20,
        "keys are not looked at"
    );
}

#[test]
fn counting_stops_where_a_push_runs_over_the_end() {
    let cut = [OP_CHECKSIG, OP_PUSHBYTES_75, OP_CHECKSIG, OP_CHECKSIG];
    assert_eq!(cost(Script::new(), script(&cut), &[]), 4);
}

#[test]
fn keys_are_looked_at_behind_a_script_hash_and_only_right_before_the_opcode() {
    let behind = |opcodes: &[Opcode]| {
        let redeem = script(opcodes);
        cost(&redeem.to_p2sh(), push(&redeem), &[])
    };
    assert_eq!(behind(&[OP_PUSHNUM_2, OP_CHECKMULTISIG]), 4 * 2);
    assert_eq!(behind(&[OP_PUSHNUM_16, OP_CHECKMULTISIG]), 4 * 16);
    assert_eq!(behind(&[OP_PUSHNUM_2, OP_NOP, OP_CHECKMULTISIG]), 4 * 20);
    let pushed_between = [OP_PUSHNUM_2, OP_PUSHBYTES_1, OP_PUSHNUM_2, OP_CHECKMULTISIG];
    assert_eq!(behind(&pushed_between), 4 * 20);
    let twice = [OP_PUSHNUM_2, OP_CHECKMULTISIG, OP_CHECKMULTISIG];
    assert_eq!(behind(&twice), 4 * (2 + 20), "the second follows no number");
}

#[test]
fn a_script_hash_counts_for_nothing_if_the_input_does_more_than_push() {
    let redeem = script(&[OP_CHECKSIG]);
    let output_script = redeem.to_p2sh();
    assert_eq!(cost(&output_script, push(&redeem), &[]), 4);
    let busy = [
        push(&redeem).to_bytes(),
        vec![OP_NOP.to_u8()],
        push(&redeem).to_bytes(),
    ];
    assert_eq!(cost(&output_script, busy.concat().into(), &[]), 0);
    // The last push is what counts, and a small number pushes an empty script here.
    let number_last = [push(&redeem).to_bytes(), vec![OP_PUSHNUM_2.to_u8()]];
    assert_eq!(cost(&output_script, number_last.concat().into(), &[]), 0);
}

#[test]
fn witness_programs_cost_1_an_operation_bare_or_behind_a_script_hash() {
    let key_hash: ScriptBuf = [&[0, 20], [7; 20].as_slice()].concat().into();
    let multisig = script(&[OP_PUSHNUM_2, OP_CHECKMULTISIG]);
    let script_hash = multisig.to_p2wsh();
    let taproot: ScriptBuf = [&[0x51, 32], [7; 32].as_slice()].concat().into();
    let checksig = script(&[OP_CHECKSIG]);
    assert_eq!(cost(&key_hash, ScriptBuf::new(), &[]), 1);
    assert_eq!(
        cost(&script_hash, ScriptBuf::new(), &[&checksig, &multisig]),
        2
    );
    assert_eq!(cost(&script_hash, ScriptBuf::new(), &[]), 0);
    assert_eq!(cost(&taproot, ScriptBuf::new(), &[&checksig]), 0);
    assert_eq!(cost(&key_hash.to_p2sh(), push(&key_hash), &[]), 1);
    assert_eq!(
        cost(&script_hash.to_p2sh(), push(&script_hash), &[&multisig]),
        2
    );
}
