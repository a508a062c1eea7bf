//! Scenarios of the envelope: what is one, and what is not.
// Scenarios are tables: long, without logic.
#![allow(clippy::too_many_lines)]

use bitcoin::ScriptBuf;
use bitcoin::opcodes::all::OP_RETURN;
use bitcoin::script::PushBytesBuf;

use crate::envelope::*;
use crate::testing::{self, GOLD, SHARES, Stage, Vector, accept, gold, reject};

/// A stage that spends and sends 100 units of GOLD, with `carriers` in place of its envelope.
fn stage(carriers: Vec<ScriptBuf>) -> Stage {
    Stage::new()
        .knows(gold())
        .spends(Some(testing::units(GOLD, 100)))
        .spends(None)
        .pays(1_000)
        .carrying(carriers)
}

fn push(payload: &[u8]) -> ScriptBuf {
    let bytes = [&ENVELOPE_TAG[..], payload].concat();
    ScriptBuf::new_op_return(PushBytesBuf::try_from(bytes).unwrap())
}

/// The payload that moves 100 units of GOLD to output 0: table, allocation, no operation.
fn good() -> Vec<u8> {
    [
        &[1][..],
        &GOLD.0,
        &[1, 0, 0, 0],
        &100_u64.to_le_bytes(),
        &[0],
    ]
    .concat()
}

/// `good()` with what follows the table written anew.
fn after_table(rest: &[u8]) -> Vec<u8> {
    [&[1][..], &GOLD.0, rest].concat()
}

/// `good()` with one operation instead of none.
fn operating(operation: &[u8]) -> Vec<u8> {
    let mut payload = good();
    payload.pop();
    payload.push(1);
    payload.extend_from_slice(operation);
    payload
}

pub(crate) fn vectors() -> Vec<Vector> {
    let mut vectors = vec![
        accept(
            "one_asset_to_one_output",
            "table, one allocation, no operation: 49 bytes with the tag",
            stage(vec![push(&good())]),
        ),
        accept(
            "data_beside_an_envelope",
            "an output with another tag is left alone",
            stage(vec![
                ScriptBuf::new_op_return(b"MTA\x02later"),
                push(&good()),
            ]),
        ),
    ];
    vectors.extend(broken_scripts());
    vectors.extend(broken_tables());
    vectors.extend(broken_fields());
    vectors
}

fn broken_scripts() -> Vec<Vector> {
    let refuse = |name, code, about, carriers| reject(name, code, about, stage(carriers));
    let with_head = |head: &[u8], tail: &[u8]| {
        let bytes = [&[OP_RETURN.to_u8()], head, &ENVELOPE_TAG, &good()[..], tail].concat();
        ScriptBuf::from_bytes(bytes)
    };
    let length = u8::try_from(good().len() + 4).unwrap();
    let not_one_push = "envelope.not_one_push";
    let long: Vec<u8> = (1..=249)
        .flat_map(|byte| [[0x30; 1].to_vec(), vec![byte; 32]].concat())
        .collect();
    let long = [&[0, 0, 249][..], &long].concat();
    vec![
        refuse(
            "a_push_longer_than_needed",
            not_one_push,
            "OP_PUSHDATA1 for what fits a plain push",
            vec![with_head(&[76, length], &[])],
        ),
        refuse(
            "two_pushes",
            not_one_push,
            "a second push follows",
            vec![with_head(&[length], &[1, 0])],
        ),
        refuse(
            "a_push_that_breaks_off",
            not_one_push,
            "the push claims one byte more than there is",
            vec![with_head(&[length + 1], &[])],
        ),
        refuse(
            "two_envelopes",
            "envelope.duplicate",
            "two outputs carry the tag",
            vec![push(&good()), push(&good())],
        ),
        refuse(
            "a_payload_too_long",
            "envelope.too_large",
            "8,220 bytes",
            vec![push(&long)],
        ),
    ]
}

fn broken_tables() -> Vec<Vector> {
    let refuse =
        |name, code, about, payload: &[u8]| reject(name, code, about, stage(vec![push(payload)]));
    let cut = &good()[..good().len() - 1];
    let more = [&good()[..], &[0]].concat();
    let long_count = [&[0xfd, 1, 0][..], &good()[1..]].concat();
    let both =
        |first: AssetId, second: AssetId| [&[2][..], &first.0, &second.0, &good()[33..]].concat();
    vec![
        refuse(
            "a_payload_cut_short",
            "envelope.truncated",
            "no count of operations",
            cut,
        ),
        refuse(
            "a_payload_of_nothing",
            "envelope.truncated",
            "the tag alone",
            &[],
        ),
        refuse(
            "bytes_after_the_end",
            "envelope.trailing_bytes",
            "one byte",
            &more,
        ),
        refuse(
            "a_count_too_long",
            "envelope.not_minimal",
            "1 written in three bytes",
            &long_count,
        ),
        refuse(
            "an_empty_envelope",
            "envelope.empty",
            "nothing in it",
            &[0, 0, 0],
        ),
        refuse(
            "a_table_upside_down",
            "envelope.table_not_sorted",
            "the higher id first",
            &both(GOLD, SHARES),
        ),
        refuse(
            "an_asset_twice_in_the_table",
            "envelope.table_not_sorted",
            "the same id",
            &both(GOLD, GOLD),
        ),
        refuse(
            "an_asset_that_nothing_refers_to",
            "envelope.asset_unused",
            "the second id",
            &both(GOLD, AssetId([0x61; 32])),
        ),
        refuse(
            "a_reference_past_the_table",
            "envelope.asset_index",
            "asset 1 of a table of one",
            &after_table(&[1, 0, 0, 1, 100, 0, 0, 0, 0, 0, 0, 0, 0]),
        ),
    ]
}

fn broken_fields() -> Vec<Vector> {
    let refuse =
        |name, code, about, payload: &[u8]| reject(name, code, about, stage(vec![push(payload)]));
    let unit = |vout: u8| [vout, 0, 0, 50, 0, 0, 0, 0, 0, 0, 0];
    let twice = [&[2][..], &unit(0), &unit(0), &[0]].concat();
    let far = [&[1, 0xff, 0, 0, 0, 0, 1, 0, 0, 0][..], &unit(0)[1..], &[0]].concat();
    let targets = [&[0x11, 0, 0, 2][..], &[2; 36], &[1; 36]].concat();
    let issue = |flag: u8, name: &[u8]| {
        let mut body = vec![0x01, 1, b'A', flag, 0];
        body.extend_from_slice(&[1, 0, 0, 0, 0, 0, 0, 0].repeat(2));
        body.extend_from_slice(&[0, 0, u8::try_from(name.len()).unwrap()]);
        body.extend_from_slice(name);
        body.extend_from_slice(&[0; 32]);
        operating(&body)
    };
    vec![
        refuse(
            "an_output_twice",
            "envelope.allocations_not_sorted",
            "two allocations to output 0",
            &after_table(&twice),
        ),
        refuse(
            "an_output_beyond_32_bits",
            "envelope.output_index",
            "output 4,294,967,296",
            &after_table(&far),
        ),
        refuse(
            "targets_upside_down",
            "envelope.targets_not_sorted",
            "the higher outpoint first",
            &operating(&targets),
        ),
        refuse(
            "scripts_upside_down",
            "envelope.scripts_not_sorted",
            "a withdrawal of one script twice",
            &operating(&[&[0x41, 0, 2][..], &[5; 32], &[5; 32]].concat()),
        ),
        refuse(
            "a_kind_that_is_not_known",
            "envelope.unknown_kind",
            "kind 4",
            &after_table(&[1, 0, 4, 0, 0, 0]),
        ),
        refuse(
            "an_operation_that_is_not_known",
            "envelope.unknown_operation",
            "opcode 0x7f",
            &operating(&[0x7f, 0, 0]),
        ),
        refuse(
            "rights_that_are_not_known",
            "envelope.unknown_rights",
            "bit 5",
            &operating(&[0x04, 0, 0x20]),
        ),
        refuse(
            "a_flag_that_is_neither_yes_nor_no",
            "envelope.unknown_value",
            "issuer flag 2",
            &issue(2, b"x"),
        ),
        refuse(
            "a_name_that_is_not_utf8",
            "envelope.not_utf8",
            "byte 0xff",
            &issue(0, &[0xff]),
        ),
    ]
}
