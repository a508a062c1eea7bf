//! What can be said of a transaction by itself.
use bitcoin::opcodes::all::{OP_CHECKMULTISIG, OP_PUSHNUM_1, OP_PUSHNUM_16, OP_RETURN};
use bitcoin::script::Instruction;
use bitcoin::{Opcode, PublicKey, Script, Transaction};
use moneta_mips::{ENVELOPE_TAG, MAX_PAYLOAD};

use super::PolicyError;

/// Versions that have a meaning.
const VERSIONS: std::ops::RangeInclusive<i32> = 1..=2;
/// Fewest bytes without witnesses: two hashes have 64.
const MIN_STRIPPED_SIZE: usize = 65;
/// Longest input script, in bytes: enough for a 15-of-15 multisignature behind a script hash.
const MAX_INPUT_SCRIPT: usize = 1_650;
/// Longest script that carries data beside the envelope, in bytes: 80 of them free.
const MAX_DATA_SCRIPT: usize = 83;
/// Longest script that carries an envelope, in bytes: `OP_RETURN` and a push with its length before.
const MAX_ENVELOPE_SCRIPT: usize = 1 + 3 + ENVELOPE_TAG.len() + MAX_PAYLOAD;
/// Most keys of a multisignature that is not behind a hash.
const MAX_BARE_KEYS: u8 = 3;

/// Checks what a transaction is by itself.
///
/// # Errors
/// The first policy it breaks.
pub(crate) fn check_shape(tx: &Transaction) -> Result<(), PolicyError> {
    let version = tx.version.0;
    if !VERSIONS.contains(&version) {
        return Err(PolicyError::Version { version });
    }
    let (size, least) = (tx.base_size(), MIN_STRIPPED_SIZE);
    if size < least {
        return Err(PolicyError::TooSmall { size, least });
    }
    for (index, txin) in (0..).zip(&tx.input) {
        check_input_script(index, &txin.script_sig)?;
    }
    check_outputs(tx)
}

fn check_input_script(input: u32, script: &Script) -> Result<(), PolicyError> {
    let (len, max) = (script.len(), MAX_INPUT_SCRIPT);
    if len > max {
        return Err(PolicyError::InputScriptSize { input, len, max });
    }
    if !script.is_push_only() {
        return Err(PolicyError::InputScriptNotPush { input });
    }
    Ok(())
}

fn check_outputs(tx: &Transaction) -> Result<(), PolicyError> {
    let mut carries_data = false;
    for (vout, output) in (0..).zip(&tx.output) {
        let script = &output.script_pubkey;
        if script.as_bytes().first() == Some(&OP_RETURN.to_u8()) {
            let data = check_data(vout, script, carries_data)?;
            carries_data |= data;
            continue;
        }
        check_form(vout, script)?;
        let (value, least) = (output.value, script.minimal_non_dust());
        if value < least {
            let (value, least) = (value.to_sat(), least.to_sat());
            return Err(PolicyError::Dust { vout, value, least });
        }
    }
    Ok(())
}

/// Checks an output that carries data; returns whether it is other data than an envelope.
fn check_data(vout: u32, script: &Script, carries_data: bool) -> Result<bool, PolicyError> {
    let len = script.len();
    // That there is one envelope, and that it reads well, is a rule and checked as such.
    if is_envelope(script) && len <= MAX_ENVELOPE_SCRIPT {
        return Ok(false);
    }
    let max = MAX_DATA_SCRIPT;
    let pushes = Script::from_bytes(script.as_bytes().get(1..).unwrap_or_default());
    if len > max || carries_data {
        return Err(PolicyError::DataCarrier { vout, len, max });
    }
    if !pushes.is_push_only() {
        return Err(PolicyError::OutputScript { vout });
    }
    Ok(true)
}

fn is_envelope(script: &Script) -> bool {
    let mut instructions = script.instructions().skip(1);
    matches!(
        instructions.next(),
        Some(Ok(Instruction::PushBytes(bytes))) if bytes.as_bytes().starts_with(&ENVELOPE_TAG)
    )
}

fn check_form(vout: u32, script: &Script) -> Result<(), PolicyError> {
    let known =
        script.is_p2pkh() || script.is_p2sh() || script.is_witness_program() || is_key(script);
    if known {
        return Ok(());
    }
    let keys = multisig_keys(script).ok_or(PolicyError::OutputScript { vout })?;
    let max = MAX_BARE_KEYS;
    if keys > max {
        return Err(PolicyError::BareMultisig { vout, keys, max });
    }
    Ok(())
}

/// Tells whether a script asks for the signature of one key and nothing else.
pub(super) fn is_key(script: &Script) -> bool {
    script.is_p2pk()
}

/// Returns the number of keys of a script that asks for signatures of some of several keys and nothing else.
pub(super) fn multisig_keys(script: &Script) -> Option<u8> {
    let mut instructions = script.instructions();
    let needed = number(&instructions.next()?.ok()?)?;
    let mut keys = 0_u8;
    let count = loop {
        match instructions.next()?.ok()? {
            Instruction::PushBytes(bytes) => {
                PublicKey::from_slice(bytes.as_bytes()).ok()?;
                keys = keys.checked_add(1)?;
            }
            instruction @ Instruction::Op(_) => break number(&instruction)?,
        }
    };
    let end = instructions.next()?.ok()?;
    let ends = end == Instruction::Op(OP_CHECKMULTISIG) && instructions.next().is_none();
    (ends && count == keys && needed <= keys).then_some(keys)
}

/// Returns the number that an opcode from `OP_1` to `OP_16` pushes.
fn number(instruction: &Instruction<'_>) -> Option<u8> {
    let opcode: Opcode = instruction.opcode()?;
    let (opcode, one) = (opcode.to_u8(), OP_PUSHNUM_1.to_u8());
    (one..=OP_PUSHNUM_16.to_u8())
        .contains(&opcode)
        .then(|| opcode - one + 1)
}
