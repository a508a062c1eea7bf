//! Scripts that stand one step before, on, or one step beyond a limit.
use bitcoin::opcodes::all::*;

use super::keys;
use super::program::{Argument, Place, Program};
use super::rng::Rng;

/// Returns a program around one of the limits.
pub(crate) fn random(rng: &mut Rng, place: Place) -> Program {
    let mut program = Program::new(place);
    match rng.below(8) {
        0 => opcodes(&mut program, rng),
        1 => script_size(&mut program, rng),
        2 => stack_size(&mut program, rng),
        3 => element_size(&mut program, rng),
        4 => multisig(&mut program, rng),
        5 => signature_checks(&mut program, rng),
        6 => nesting(&mut program, rng),
        _ => arguments(&mut program, rng),
    }
    program.op(OP_PUSHNUM_1);
    program
}

fn opcodes(program: &mut Program, rng: &mut Rng) {
    // The last opcodes that do not count.
    program.op(OP_PUSHNUM_16);
    program.op(OP_DROP);
    for _ in 0..rng.range(198, 202) {
        program.op(rng.pick(&[OP_NOP, OP_NOP, OP_NOP, OP_NOP1]));
    }
}

fn script_size(program: &mut Program, rng: &mut Rng) {
    let size = rng.range(9_996, 10_004);
    while program.script.len() + 524 < size {
        program.push(&[7; 520]);
        program.op(OP_DROP);
    }
    while program.script.len() + 1 < size {
        program.op(OP_PUSHNUM_1);
    }
    if program.place != Place::Legacy {
        // The stack is not clean; what counts is which rule is met first.
        program.op(rng.pick(&[OP_NOP, OP_2DROP]));
    }
}

fn stack_size(program: &mut Program, rng: &mut Rng) {
    let count = rng.range(997, 1_003);
    for _ in 0..count {
        program.op(OP_PUSHNUM_1);
    }
    if rng.one_in(2) {
        program.op(OP_TOALTSTACK);
        program.op(OP_DUP);
    }
    if program.place != Place::Legacy {
        for _ in 0..count / 2 {
            program.op(OP_2DROP);
        }
    }
}

fn element_size(program: &mut Program, rng: &mut Rng) {
    program.push(&vec![1; rng.range(518, 522)]);
    program.op(OP_DROP);
    program
        .arguments
        .push(Argument::Bytes(vec![1; rng.range(518, 521)]));
    program.op(OP_DROP);
}

fn multisig(program: &mut Program, rng: &mut Rng) {
    let keys = rng.range(18, 21);
    for _ in 0..rng.range(1, 10) {
        program.number(0);
        program.number(0);
        for key in 0..keys {
            program.push(&keys::public(key).serialize());
        }
        program.number(i64::try_from(keys).unwrap());
        program.op(OP_CHECKMULTISIGVERIFY);
    }
}

/// The same signature many times: tapscript pays for each, and its witness is worth a few.
fn signature_checks(program: &mut Program, rng: &mut Rng) {
    let key = rng.below(keys::COUNT);
    let (checks, padding) = (rng.range(1, 8), rng.below(60));
    checks_of_one_signature(program, key, checks, padding);
}

/// `checks` times the same signature, in a script that `padding` bytes make longer.
pub(crate) fn checks_of_one_signature(
    program: &mut Program,
    key: usize,
    checks: usize,
    padding: usize,
) {
    program.arguments.push(Argument::Signature {
        key,
        code_start: 0,
        code_separator: u32::MAX,
        hash_type: 1,
    });
    program.push(&match program.place {
        Place::Tapscript => keys::x_only(key).to_vec(),
        _ => keys::public(key).serialize().to_vec(),
    });
    for _ in 0..checks {
        program.op(OP_2DUP);
        program.op(OP_CHECKSIGVERIFY);
    }
    program.op(OP_2DROP);
    program.push(&vec![7; padding]);
    program.op(OP_DROP);
}

fn nesting(program: &mut Program, rng: &mut Rng) {
    let depth = rng.range(1, 120);
    for _ in 0..depth {
        program.op(OP_PUSHNUM_1);
        program.op(rng.pick(&[OP_IF, OP_IF, OP_IF, OP_NOTIF]));
    }
    for _ in 0..rng.pick(&[depth, depth, depth, depth - 1, depth + 1]) {
        program.op(OP_ENDIF);
    }
}

/// Many arguments: a witness may bring 1,000 elements, and tapscript counts them first.
fn arguments(program: &mut Program, rng: &mut Rng) {
    let count = rng.range(995, 1_002);
    for _ in 0..count {
        program.arguments.push(Argument::Bytes(Vec::new()));
    }
    for _ in 0..count.min(if program.place == Place::Tapscript {
        1_002
    } else {
        190
    }) {
        program.op(OP_DROP);
    }
}
