//! Policy rules that neither the vectors nor the oracle cover: each refuses what consensus accepts.
use std::collections::BTreeSet;

use bitcoin::Witness;
use bitcoin::hashes::{Hash, hash160};
use bitcoin::opcodes::Opcode;
use bitcoin::opcodes::all::*;
use moneta_script::{PreparedTransaction, ScriptError, VerifyFlags, verify_input};

use super::generator::{Argument, Case, Lock, Place, Program, Tree, public, x_only};

/// DER that is well formed, but signs nothing.
const NO_SIGNATURE: [u8; 9] = [0x30, 6, 2, 1, 1, 2, 1, 1, 1];

#[test]
fn each_policy_flag_refuses_what_consensus_accepts() {
    let wrong = Argument::Bytes(NO_SIGNATURE.to_vec());
    let cases = [
        (VerifyFlags::LOW_S, high_s(), ScriptError::SigHighS),
        (
            VerifyFlags::STRICTENC,
            hash_type(),
            ScriptError::SigHashType,
        ),
        (
            VerifyFlags::STRICTENC,
            hybrid_key(),
            ScriptError::PubkeyType,
        ),
        (
            VerifyFlags::NULLFAIL,
            failed_check(&wrong),
            ScriptError::SigNullFail,
        ),
        (
            VerifyFlags::NULLFAIL,
            failed_multisig(&wrong),
            ScriptError::SigNullFail,
        ),
        (
            VerifyFlags::CONST_SCRIPTCODE,
            separator(),
            ScriptError::OpCodeSeparator,
        ),
        (
            VerifyFlags::CONST_SCRIPTCODE,
            signs_itself(),
            ScriptError::SigFindAndDelete,
        ),
        (
            VerifyFlags::DISCOURAGE_OP_SUCCESS,
            leaf(0xc0, OP_RESERVED),
            ScriptError::DiscourageOpSuccess,
        ),
        (
            VerifyFlags::DISCOURAGE_UPGRADABLE_TAPROOT_VERSION,
            leaf(0xc2, OP_PUSHNUM_1),
            ScriptError::DiscourageUpgradableTaprootVersion,
        ),
        (
            VerifyFlags::DISCOURAGE_UPGRADABLE_PUBKEYTYPE,
            open_key(),
            ScriptError::DiscourageUpgradablePubkeyType,
        ),
        (
            VerifyFlags::DISCOURAGE_UPGRADABLE_NOPS,
            leaf(0xc0, OP_NOP4),
            ScriptError::DiscourageUpgradableNops,
        ),
    ];
    for (flag, lock, error) in cases {
        let case = Case::of_lock(lock);
        assert_eq!(verify(&case, VerifyFlags::CONSENSUS), Ok(()), "{error}");
        assert_eq!(
            verify(&case, VerifyFlags::CONSENSUS | flag),
            Err(error),
            "{error}"
        );
    }
}

#[test]
fn policy_accepts_failed_signatures_that_are_empty() {
    let empty = Argument::Bytes(Vec::new());
    for lock in [failed_check(&empty), failed_multisig(&empty)] {
        let flags = VerifyFlags::CONSENSUS | VerifyFlags::NULLFAIL;
        assert_eq!(verify(&Case::of_lock(lock), flags), Ok(()));
    }
}

#[test]
fn keys_behind_the_one_that_decides_are_not_looked_at() {
    let mut program = Program::new(Place::Legacy);
    for bytes in [&NO_SIGNATURE[..], &NO_SIGNATURE, &[]] {
        program.arguments.push(Argument::Bytes(bytes.to_vec()));
    }
    program.number(2);
    program.push(&[9; 33]);
    program.push(&public(0).serialize());
    program.number(2);
    program.op(OP_CHECKMULTISIG);
    program.op(OP_NOT);
    let flags = VerifyFlags::CONSENSUS | VerifyFlags::STRICTENC;
    assert_eq!(verify(&Case::of_lock(Lock::Bare(program)), flags), Ok(()));
}

#[test]
fn an_anchor_is_standard_only_where_it_is_native() {
    let anchor = [0x51, 2, 0x4e, 0x73];
    let native = Lock::Raw {
        output: anchor.to_vec(),
        input: Vec::new(),
        witness: Vec::new(),
    };
    let hash = hash160::Hash::hash(&anchor).to_byte_array();
    let nested = Lock::Raw {
        output: [&[0xa9, 20], &hash[..], &[0x87]].concat(),
        input: [&[4], &anchor[..]].concat(),
        witness: Vec::new(),
    };
    let flags = VerifyFlags::CONSENSUS | VerifyFlags::DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM;
    let refused = Err(ScriptError::DiscourageUpgradableWitnessProgram);
    assert_eq!(verify(&Case::of_lock(native), flags), Ok(()));
    assert_eq!(verify(&Case::of_lock(nested), flags), refused);
}

#[test]
fn a_key_hash_takes_two_elements_and_no_more() {
    let lock = Lock::WitnessKeyHash {
        key: 0,
        nested: false,
    };
    let mut case = Case::of_lock(lock);
    assert_eq!(verify(&case, VerifyFlags::CONSENSUS), Ok(()));
    let mut elements = case.spend.input[0].witness.to_vec();
    elements.insert(0, Vec::new());
    case.spend.input[0].witness = Witness::from_slice(&elements);
    let refused = Err(ScriptError::WitnessProgramMismatch);
    assert_eq!(verify(&case, VerifyFlags::CONSENSUS), refused);
}

#[test]
fn every_rule_is_met_by_some_random_spend() {
    let policy: Vec<VerifyFlags> = VerifyFlags::NAMES.iter().map(|(_, flag)| *flag).collect();
    let mut met = BTreeSet::new();
    for number in 0..12_000 {
        let case = Case::new(7, number);
        // One more rule at a time, so that no strict rule hides the others.
        let flag = policy[usize::try_from(number).unwrap() % policy.len()];
        let prepared = PreparedTransaction::new(&case.spend, &case.coins).unwrap();
        for index in 0..=case.coins.len() {
            let verdict = verify_input(&prepared, index, VerifyFlags::CONSENSUS | flag);
            met.extend(verdict.err().map(ScriptError::code));
        }
    }
    let rules = ScriptError::ALL.iter().map(|rule| rule.code());
    let missed: Vec<_> = rules.filter(|code| !met.contains(code)).collect();
    assert_eq!(missed, Vec::<&str>::new());
}

fn verify(case: &Case, flags: VerifyFlags) -> Result<(), ScriptError> {
    let prepared = PreparedTransaction::new(&case.spend, &case.coins).unwrap();
    verify_input(&prepared, 0, flags)
}

fn signature(hash_type: u8) -> Argument {
    Argument::Signature {
        key: 0,
        code_start: 0,
        code_separator: u32::MAX,
        hash_type,
    }
}

/// Pay to key, with an argument for the signature.
fn pay_to_key(key: &[u8], argument: Argument) -> Program {
    let mut program = Program::new(Place::Legacy);
    program.arguments.push(argument);
    program.push(key);
    program.op(OP_CHECKSIG);
    program
}

fn high_s() -> Lock {
    let mut program = Program::new(Place::Legacy);
    let mut just_above_half = [0xff; 32];
    just_above_half[0] = 0x7f;
    let signature = chosen_signature(&just_above_half);
    program.arguments.push(Argument::RecoveredKey {
        code_start: 0,
        signature: signature.clone(),
    });
    program.arguments.push(Argument::Bytes(signature));
    program.op(OP_CHECKSIG);
    Lock::ScriptHash(program)
}

/// A signature with an R that is on the curve and the S that is given.
fn chosen_signature(s: &[u8; 32]) -> Vec<u8> {
    let r = (0..16).map(x_only).find(|x| x[0] & 0x80 == 0).unwrap();
    [&[0x30, 0x44, 2, 32], &r[..], &[2, 32], s, &[1]].concat()
}

fn hash_type() -> Lock {
    Lock::Bare(pay_to_key(&public(0).serialize(), signature(4)))
}

fn hybrid_key() -> Lock {
    let mut key = public(0).serialize_uncompressed().to_vec();
    key[0] = 6 | (key[64] & 1);
    Lock::Bare(pay_to_key(&key, signature(1)))
}

fn failed_check(signature: &Argument) -> Lock {
    let mut program = pay_to_key(&public(0).serialize(), signature.clone());
    program.op(OP_NOT);
    Lock::Bare(program)
}

fn failed_multisig(signature: &Argument) -> Lock {
    let mut program = Program::new(Place::WitnessV0);
    program.arguments = vec![signature.clone(), Argument::Bytes(Vec::new())];
    program.number(1);
    program.push(&public(0).serialize());
    program.number(1);
    program.op(OP_CHECKMULTISIG);
    program.op(OP_NOT);
    Lock::WitnessScriptHash {
        program,
        nested: false,
    }
}

/// The separator is refused even where it is not executed.
fn separator() -> Lock {
    let mut program = Program::new(Place::Legacy);
    program.number(0);
    program.op(OP_IF);
    program.op(OP_CODESEPARATOR);
    program.op(OP_ENDIF);
    program.op(OP_PUSHNUM_1);
    Lock::Bare(program)
}

fn signs_itself() -> Lock {
    let mut program = Program::new(Place::Legacy);
    let signature = chosen_signature(&[0x11; 32]);
    program.arguments.push(Argument::RecoveredKey {
        code_start: 0,
        signature: signature.clone(),
    });
    program.arguments.push(Argument::Bytes(signature.clone()));
    program.op(OP_CHECKSIGVERIFY);
    program.push(&signature);
    Lock::ScriptHash(program)
}

fn leaf(version: u8, opcode: Opcode) -> Lock {
    let mut program = Program::new(Place::Tapscript);
    program.op(OP_PUSHNUM_1);
    program.op(opcode);
    Lock::Taproot(Box::new(Tree::single(program, version)))
}

fn open_key() -> Lock {
    let mut program = Program::new(Place::Tapscript);
    program.arguments.push(Argument::Bytes(vec![1]));
    program.push(&[4; 33]);
    program.op(OP_CHECKSIG);
    Lock::Taproot(Box::new(Tree::single(program, 0xc0)))
}
