//! Random opcodes: wild ones that mostly fail, and neutral ones that leave the stack as they found it.
use bitcoin::opcodes::Opcode;
use bitcoin::opcodes::all::*;

use super::keys;
use super::program::{Place, Program};
use super::rng::Rng;

/// An opcode, how many elements it takes and how many it leaves.
type Effect = (Opcode, usize, usize);

/// Opcodes that fail on no input, or on large numbers only.
const EFFECTS: &[Effect] = &[
    (OP_DUP, 1, 2),
    (OP_2DUP, 2, 4),
    (OP_3DUP, 3, 6),
    (OP_2OVER, 4, 6),
    (OP_2ROT, 6, 6),
    (OP_2SWAP, 4, 4),
    (OP_2DROP, 2, 0),
    (OP_DROP, 1, 0),
    (OP_NIP, 2, 1),
    (OP_OVER, 2, 3),
    (OP_ROT, 3, 3),
    (OP_SWAP, 2, 2),
    (OP_TUCK, 2, 3),
    (OP_SIZE, 1, 2),
    (OP_DEPTH, 0, 1),
    (OP_EQUAL, 2, 1),
    (OP_1ADD, 1, 1),
    (OP_1SUB, 1, 1),
    (OP_NEGATE, 1, 1),
    (OP_ABS, 1, 1),
    (OP_NOT, 1, 1),
    (OP_0NOTEQUAL, 1, 1),
    (OP_ADD, 2, 1),
    (OP_SUB, 2, 1),
    (OP_BOOLAND, 2, 1),
    (OP_BOOLOR, 2, 1),
    (OP_NUMEQUAL, 2, 1),
    (OP_NUMNOTEQUAL, 2, 1),
    (OP_LESSTHAN, 2, 1),
    (OP_GREATERTHAN, 2, 1),
    (OP_LESSTHANOREQUAL, 2, 1),
    (OP_GREATERTHANOREQUAL, 2, 1),
    (OP_MIN, 2, 1),
    (OP_MAX, 2, 1),
    (OP_WITHIN, 3, 1),
];

/// Numbers around every border that an operand has.
const NUMBERS: &[i64] = &[
    0,
    1,
    -1,
    2,
    3,
    16,
    17,
    127,
    128,
    -128,
    255,
    256,
    32_767,
    32_768,
    65_535,
    8_388_607,
    8_388_608,
    2_147_483_647,
    -2_147_483_647,
    2_147_483_648,
    -2_147_483_648,
    4_294_967_295,
];

/// Writes opcodes that calculate, branch on what they find, and clean up after themselves.
pub(crate) fn neutral(program: &mut Program, rng: &mut Rng) {
    let mut depth = 0_usize;
    for _ in 0..rng.range(1, 16) {
        let (opcode, takes, leaves) = rng.pick(EFFECTS);
        while depth < takes {
            program.number(rng.pick(NUMBERS));
            depth += 1;
        }
        program.op(opcode);
        depth = depth - takes + leaves;
        if depth > 0 && rng.one_in(8) {
            depth -= observe(program, rng);
        }
    }
    for _ in 0..depth {
        program.op(OP_DROP);
    }
}

/// Lets the verdict depend on the top of the stack; returns how many elements that takes away.
fn observe(program: &mut Program, rng: &mut Rng) -> usize {
    match rng.below(5) {
        0 => {
            program.op(OP_VERIFY);
            1
        }
        1 | 2 => {
            // 0/1 first, as tapscript asks.
            program.op(OP_NOT);
            program.op(rng.pick(&[OP_IF, OP_NOTIF]));
            program.op(rng.pick(&[OP_NOP, OP_NOP, OP_RETURN]));
            program.op(OP_ENDIF);
            1
        }
        3 => {
            program.number(rng.pick(NUMBERS));
            program.op(OP_NUMEQUAL);
            program.op(OP_NOT);
            program.op(OP_VERIFY);
            1
        }
        _ => {
            program.op(OP_TOALTSTACK);
            program.op(OP_FROMALTSTACK);
            0
        }
    }
}

/// Returns a script of random opcodes and pushes.
pub(crate) fn wild(rng: &mut Rng) -> Vec<u8> {
    let mut program = Program::new(Place::Legacy);
    for _ in 0..rng.range(0, 24) {
        match rng.below(12) {
            0 | 1 => program.number(rng.pick(NUMBERS)),
            2 => {
                let size = rng.pick(&[0, 1, 2, 4, 5, 20, 32, 75, 76, 255, 256, 520, 521]);
                program.push(&rng.bytes(size));
            }
            3 => program.push(&keys::public(rng.below(keys::COUNT)).serialize()),
            4..=8 => program.op(rng.pick(EFFECTS).0),
            9 => program.script.extend(odd_push(rng)),
            _ => program.op(Opcode::from(rng.byte())),
        }
    }
    if rng.one_in(2) {
        program.op(OP_PUSHNUM_1);
    }
    program.script
}

/// A push that is written too long, or is cut off.
fn odd_push(rng: &mut Rng) -> Vec<u8> {
    let size = rng.range(0, 3).to_le_bytes();
    let mut bytes = match rng.below(3) {
        0 => vec![OP_PUSHDATA1.to_u8(), size[0]],
        1 => vec![OP_PUSHDATA2.to_u8(), size[0], 0],
        _ => vec![OP_PUSHDATA4.to_u8(), size[0], 0, 0, 0],
    };
    bytes.extend(rng.bytes(size[0].into()));
    if rng.one_in(16) {
        bytes.pop();
    }
    bytes
}
