//! The way through one input: its script, the coin's script, and what stands behind a script hash.
use bitcoin::Script;

use super::witness::{WitnessProgram, verify_witness_program};
use crate::error::ScriptError;
use crate::flags::VerifyFlags;
use crate::instruction::is_push_only;
use crate::interpreter::{ScriptVersion, run};
use crate::prepared::PreparedTransaction;
use crate::script_code::push_of;
use crate::signature::{NoSignatureCache, SignatureCache};
use crate::spend::Spend;
use crate::stack::Stack;

/// Verifies that one input may spend its coin.
///
/// # Errors
/// The first rule that it breaks, in Bitcoin Core's order.
pub fn verify_input(
    prepared: &PreparedTransaction<'_>,
    index: usize,
    flags: VerifyFlags,
) -> Result<(), ScriptError> {
    verify_input_with_cache(prepared, index, flags, &NoSignatureCache)
}

/// Verifies that one input may spend its coin; signatures that the cache knows are taken as verified.
///
/// # Errors
/// The first rule that it breaks, in Bitcoin Core's order.
pub fn verify_input_with_cache(
    prepared: &PreparedTransaction<'_>,
    index: usize,
    flags: VerifyFlags,
    cache: &dyn SignatureCache,
) -> Result<(), ScriptError> {
    let input = prepared.input(index).ok_or(ScriptError::NoSuchInput)?;
    Spend {
        input,
        flags,
        cache,
    }
    .verify()
}

impl Spend<'_> {
    fn verify(&self) -> Result<(), ScriptError> {
        let input_script = self.input.txin.script_sig.as_bytes();
        let output_script = &self.input.coin.script_pubkey;
        if self.flags.contains(VerifyFlags::SIGPUSHONLY) && !is_push_only(input_script) {
            return Err(ScriptError::SigPushOnly);
        }
        let script_hash = self.flags.contains(VerifyFlags::P2SH) && output_script.is_p2sh();
        let stack = run(self, input_script, ScriptVersion::Legacy, Stack::default())?;
        let pushed = if script_hash {
            stack.clone()
        } else {
            Stack::default()
        };
        let mut left = self.run_to_true(output_script.as_bytes(), stack)?.len();
        let mut has_program = self.verify_native_program(output_script, &mut left)?;
        if script_hash {
            has_program |= self.verify_script_hash(pushed, &mut left)?;
        }
        if self.flags.contains(VerifyFlags::CLEANSTACK) && left != 1 {
            return Err(ScriptError::CleanStack);
        }
        let witness = self.flags.contains(VerifyFlags::WITNESS);
        if witness && !has_program && !self.input.txin.witness.is_empty() {
            return Err(ScriptError::WitnessUnexpected);
        }
        Ok(())
    }

    /// BIP141: the output script is itself a witness program. Returns whether it is.
    fn verify_native_program(
        &self,
        output_script: &Script,
        left: &mut usize,
    ) -> Result<bool, ScriptError> {
        let Some(program) = self.witness_program(output_script.as_bytes()) else {
            return Ok(false);
        };
        if !self.input.txin.script_sig.is_empty() {
            return Err(ScriptError::WitnessMalleated);
        }
        verify_witness_program(self, &program, false)?;
        *left = 1;
        Ok(true)
    }

    /// BIP16: the last push is a script of its own. Returns whether that is a witness program (BIP141).
    fn verify_script_hash(&self, mut pushed: Stack, left: &mut usize) -> Result<bool, ScriptError> {
        let input_script = self.input.txin.script_sig.as_bytes();
        if !is_push_only(input_script) {
            return Err(ScriptError::SigPushOnly);
        }
        let script = pushed.pop()?;
        *left = self.run_to_true(&script, pushed)?.len();
        let Some(program) = self.witness_program(&script) else {
            return Ok(false);
        };
        // Anything but this one push could be changed by others without changing the id.
        if input_script != push_of(&script) {
            return Err(ScriptError::WitnessMalleatedP2sh);
        }
        verify_witness_program(self, &program, true)?;
        *left = 1;
        Ok(true)
    }

    fn run_to_true(&self, script: &[u8], stack: Stack) -> Result<Stack, ScriptError> {
        let stack = run(self, script, ScriptVersion::Legacy, stack)?;
        if !stack.top_is_true() {
            return Err(ScriptError::EvalFalse);
        }
        Ok(stack)
    }

    fn witness_program<'s>(&self, script: &'s [u8]) -> Option<WitnessProgram<'s>> {
        if !self.flags.contains(VerifyFlags::WITNESS) {
            return None;
        }
        WitnessProgram::read(script)
    }
}
