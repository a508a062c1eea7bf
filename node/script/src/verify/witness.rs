//! Witness programs (BIP141): version 0 here, version 1 in `taproot`, later ones open for soft forks.
use bitcoin::Script;
use bitcoin::hashes::{Hash, sha256};
use bitcoin::opcodes::all::{OP_CHECKSIG, OP_DUP, OP_EQUALVERIFY, OP_HASH160};

use super::taproot::verify_taproot;
use crate::error::ScriptError;
use crate::flags::VerifyFlags;
use crate::interpreter::{ScriptVersion, run};
use crate::limits::MAX_ELEMENT_SIZE;
use crate::spend::Spend;
use crate::stack::Stack;

/// A witness version and the program that it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WitnessProgram<'a> {
    version: u8,
    program: &'a [u8],
}

impl<'a> WitnessProgram<'a> {
    /// Reads a script that is one small number and one push of 2 to 40 bytes.
    pub(super) fn read(script: &'a [u8]) -> Option<Self> {
        let version = Script::from_bytes(script).witness_version()?;
        Some(Self {
            version: version.to_num(),
            program: script.get(2..)?,
        })
    }

    /// BIP433, pay to anchor: anyone can spend it, and policy does not mind.
    fn is_anchor(&self) -> bool {
        self.version == 1 && self.program == [0x4e, 0x73]
    }
}

/// Verifies the witness of an input against the program that the coin names.
///
/// # Errors
/// The rule that the witness breaks.
pub(super) fn verify_witness_program(
    spend: &Spend<'_>,
    program: &WitnessProgram<'_>,
    nested: bool,
) -> Result<(), ScriptError> {
    let witness: Vec<&[u8]> = spend.input.txin.witness.iter().collect();
    match (program.version, program.program.len()) {
        (0, 20) => verify_key_hash(spend, program.program, &witness),
        (0, 32) => verify_script_hash(spend, program.program, &witness),
        (0, _) => Err(ScriptError::WitnessProgramWrongLength),
        (1, 32) if !nested => verify_taproot(spend, program.program, &witness),
        _ if program.is_anchor() && !nested => Ok(()),
        _ if spend
            .flags
            .contains(VerifyFlags::DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM) =>
        {
            Err(ScriptError::DiscourageUpgradableWitnessProgram)
        }
        _ => Ok(()),
    }
}

/// Runs a script of a witness, which must leave exactly one element, and that true.
pub(super) fn run_witness_script(
    spend: &Spend<'_>,
    script: &[u8],
    version: ScriptVersion,
    arguments: &[&[u8]],
) -> Result<(), ScriptError> {
    if arguments
        .iter()
        .any(|element| element.len() > MAX_ELEMENT_SIZE)
    {
        return Err(ScriptError::PushSize);
    }
    let stack = run(spend, script, version, Stack::from_witness(arguments))?;
    if stack.len() != 1 {
        return Err(ScriptError::CleanStack);
    }
    if !stack.top_is_true() {
        return Err(ScriptError::EvalFalse);
    }
    Ok(())
}

/// P2WPKH: a signature and the key that hashes to the program.
fn verify_key_hash(
    spend: &Spend<'_>,
    program: &[u8],
    witness: &[&[u8]],
) -> Result<(), ScriptError> {
    if witness.len() != 2 {
        return Err(ScriptError::WitnessProgramMismatch);
    }
    let mut script = Vec::with_capacity(25);
    script.extend([OP_DUP.to_u8(), OP_HASH160.to_u8(), 20]);
    script.extend_from_slice(program);
    script.extend([OP_EQUALVERIFY.to_u8(), OP_CHECKSIG.to_u8()]);
    run_witness_script(spend, &script, ScriptVersion::WitnessV0, witness)
}

/// P2WSH: arguments and the script that hashes to the program.
fn verify_script_hash(
    spend: &Spend<'_>,
    program: &[u8],
    witness: &[&[u8]],
) -> Result<(), ScriptError> {
    let Some((script, arguments)) = witness.split_last() else {
        return Err(ScriptError::WitnessProgramWitnessEmpty);
    };
    if sha256::Hash::hash(script).as_byte_array() != program {
        return Err(ScriptError::WitnessProgramMismatch);
    }
    run_witness_script(spend, script, ScriptVersion::WitnessV0, arguments)
}
