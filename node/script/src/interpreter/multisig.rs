//! `OP_CHECKMULTISIG`: m signatures for m of n keys, in the keys' order.
use bitcoin::opcodes::Opcode;
use bitcoin::opcodes::all::OP_CHECKMULTISIGVERIFY;

use super::machine::Machine;
use crate::error::ScriptError;
use crate::flags::VerifyFlags;
use crate::limits::MAX_MULTISIG_KEYS;
use crate::stack::Element;

impl Machine<'_> {
    pub(super) fn check_multisig(&mut self, opcode: Opcode) -> Result<(), ScriptError> {
        if self.is_tapscript() {
            return Err(ScriptError::TapscriptCheckMultisig);
        }
        let key_count = self.pop_count(MAX_MULTISIG_KEYS, ScriptError::PubkeyCount)?;
        self.count_opcodes(key_count)?;
        // The number of signatures lies below the keys.
        self.stack.require(key_count.saturating_add(1))?;
        let keys = self.pop_many(key_count)?;
        let signature_count = self.pop_count(key_count, ScriptError::SigCount)?;
        let signatures = self.pop_many(signature_count)?;
        let verified = self.are_signed(&signatures, &keys)?;
        let empty = signatures.iter().all(Vec::is_empty);
        let flags = self.spend.flags;
        if !verified && !empty && flags.contains(VerifyFlags::NULLFAIL) {
            return Err(ScriptError::SigNullFail);
        }
        // A mistake in the first Bitcoin takes one element more than there is use for.
        let spare = self.stack.pop()?;
        if flags.contains(VerifyFlags::NULLDUMMY) && !spare.is_empty() {
            return Err(ScriptError::SigNullDummy);
        }
        if opcode != OP_CHECKMULTISIGVERIFY {
            self.stack.push_bool(verified);
        } else if !verified {
            return Err(ScriptError::CheckMultisigVerify);
        }
        Ok(())
    }

    /// Both lists from the top of the stack down. Stops as soon as more signatures than keys are left,
    /// so what lies deeper is not even looked at.
    fn are_signed(
        &mut self,
        signatures: &[Element],
        keys: &[Element],
    ) -> Result<bool, ScriptError> {
        let code = self.script_code(signatures.iter().map(Vec::as_slice))?;
        let mut signatures = signatures;
        let mut keys = keys;
        while let Some((signature, later_signatures)) = signatures.split_first() {
            let Some((key, later_keys)) = keys.split_first() else {
                return Ok(false);
            };
            self.check_encodings(signature, key)?;
            if self.is_signed_ecdsa(signature, key, &code) {
                signatures = later_signatures;
            }
            keys = later_keys;
            if signatures.len() > keys.len() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn pop_count(&mut self, maximum: usize, error: ScriptError) -> Result<usize, ScriptError> {
        let element = self.stack.pop()?;
        let count = usize::try_from(self.number(&element)?).map_err(|_| error)?;
        if count > maximum {
            return Err(error);
        }
        Ok(count)
    }

    fn pop_many(&mut self, count: usize) -> Result<Vec<Element>, ScriptError> {
        self.stack.require(count)?;
        (0..count).map(|_| self.stack.pop()).collect()
    }
}
