//! Signature checks: `OP_CHECKSIG`, `OP_CHECKSIGVERIFY`, and `OP_CHECKSIGADD` of tapscript.
use std::borrow::Cow;

use bitcoin::opcodes::Opcode;
use bitcoin::opcodes::all::OP_CHECKSIGVERIFY;

use super::machine::{Machine, ScriptVersion};
use crate::error::ScriptError;
use crate::flags::VerifyFlags;
use crate::script_code::without_signature;
use crate::sighash::{HashType, TapscriptLeaf, finish};
use crate::signature::{check_public_key_encoding, check_signature_encoding, verify_ecdsa};

/// Weight that a signature check in tapscript takes from the budget.
const WEIGHT_PER_CHECK: usize = 50;

/// The part of a script that a signature signs: owned if signatures had to be cut out of it.
pub(super) struct ScriptCode<'a>(Cow<'a, [u8]>);

impl<'a> Machine<'a> {
    pub(super) fn check_signature(&mut self, opcode: Opcode) -> Result<(), ScriptError> {
        let [signature, key] = self.pop_two()?;
        let verified = self.is_signed(&signature, &key)?;
        if opcode != OP_CHECKSIGVERIFY {
            self.stack.push_bool(verified);
        } else if !verified {
            return Err(ScriptError::CheckSigVerify);
        }
        Ok(())
    }

    pub(super) fn check_signature_add(&mut self) -> Result<(), ScriptError> {
        if !self.is_tapscript() {
            return Err(ScriptError::BadOpcode);
        }
        let [signature, count, key] = self.pop_three()?;
        let count = self.number(&count)?;
        let verified = self.is_signed(&signature, &key)?;
        self.stack
            .push_number(count.saturating_add(i64::from(verified)));
        Ok(())
    }

    fn is_signed(&mut self, signature: &[u8], key: &[u8]) -> Result<bool, ScriptError> {
        if self.is_tapscript() {
            return self.is_signed_in_tapscript(signature, key);
        }
        let code = self.script_code([signature])?;
        self.check_encodings(signature, key)?;
        let verified = self.is_signed_ecdsa(signature, key, &code);
        if !verified && !signature.is_empty() && self.spend.flags.contains(VerifyFlags::NULLFAIL) {
            return Err(ScriptError::SigNullFail);
        }
        Ok(verified)
    }

    /// The order of these checks is consensus (BIP342): a signature pays before its key is looked at,
    /// and a key of a type that is not known yet accepts any signature.
    fn is_signed_in_tapscript(
        &mut self,
        signature: &[u8],
        key: &[u8],
    ) -> Result<bool, ScriptError> {
        let ScriptVersion::Tapscript(leaf) = &mut self.version else {
            return Err(ScriptError::BadOpcode);
        };
        let signed = !signature.is_empty();
        if signed {
            let left = leaf.budget.checked_sub(WEIGHT_PER_CHECK);
            leaf.budget = left.ok_or(ScriptError::TapscriptValidationWeight)?;
        }
        if key.is_empty() {
            return Err(ScriptError::PubkeyType);
        }
        let flags = self.spend.flags;
        match <&[u8; 32]>::try_from(key) {
            Ok(key) if signed => {
                let place = TapscriptLeaf {
                    hash: leaf.hash,
                    code_separator: self.code_separator,
                };
                let annex = leaf.annex.as_ref();
                self.spend
                    .check_schnorr(signature, key, annex, Some(&place))?;
            }
            Err(_) if flags.contains(VerifyFlags::DISCOURAGE_UPGRADABLE_PUBKEYTYPE) => {
                return Err(ScriptError::DiscourageUpgradablePubkeyType);
            }
            _ => {}
        }
        Ok(signed)
    }

    /// # Errors
    /// The encoding that the flags refuse, the signature's before the key's.
    pub(super) fn check_encodings(&self, signature: &[u8], key: &[u8]) -> Result<(), ScriptError> {
        let flags = self.spend.flags;
        check_signature_encoding(signature, flags)?;
        check_public_key_encoding(key, flags, self.version == ScriptVersion::WitnessV0)
    }

    /// Returns the part of the script that is signed; before segwit without the signatures themselves.
    ///
    /// # Errors
    /// Policy refuses a signature inside the script that it signs.
    pub(super) fn script_code<'s>(
        &self,
        signatures: impl IntoIterator<Item = &'s [u8]>,
    ) -> Result<ScriptCode<'a>, ScriptError> {
        let mut code = Cow::Borrowed(self.script.get(self.code_start..).unwrap_or_default());
        if self.version != ScriptVersion::Legacy {
            return Ok(ScriptCode(code));
        }
        for signature in signatures {
            if let Some(shorter) = without_signature(&code, signature) {
                if self.spend.flags.contains(VerifyFlags::CONST_SCRIPTCODE) {
                    return Err(ScriptError::SigFindAndDelete);
                }
                code = Cow::Owned(shorter);
            }
        }
        Ok(ScriptCode(code))
    }

    /// Returns whether an ECDSA signature with its hash type behind it verifies.
    pub(super) fn is_signed_ecdsa(
        &mut self,
        signature: &[u8],
        key: &[u8],
        code: &ScriptCode<'_>,
    ) -> bool {
        let Some((&last, der)) = signature.split_last() else {
            return false;
        };
        let hash_type = HashType::from_number(last.into());
        let input = &self.spend.input;
        let hash = || match self.version {
            ScriptVersion::Legacy => input.legacy_engine(&code.0, hash_type),
            _ => Some(input.segwit_v0_engine(&code.0, hash_type)),
        };
        let engine = match code.0 {
            Cow::Borrowed(_) => self.digests.get_or_hash(self.code_start, hash_type, hash),
            // Which signatures were cut out is part of what is signed: nothing to share.
            Cow::Owned(_) => hash(),
        };
        verify_ecdsa(self.spend.cache, &finish(engine, last.into()), key, der)
    }
}
