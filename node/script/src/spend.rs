//! One input on its way through the rules, and the Schnorr check that key path and tapscript share.
use crate::error::ScriptError;
use crate::flags::VerifyFlags;
use crate::prepared::PreparedInput;
use crate::sighash::TapscriptLeaf;
use crate::signature::{SignatureCache, verify_schnorr};

/// The input that is verified, and by which rules.
pub(crate) struct Spend<'a> {
    pub(crate) input: PreparedInput<'a>,
    pub(crate) flags: VerifyFlags,
    pub(crate) cache: &'a dyn SignatureCache,
}

impl Spend<'_> {
    /// Checks a Schnorr signature of 64 bytes, or of 65 with a hash type behind it.
    ///
    /// # Errors
    /// Its size, its hash type, or that it does not verify.
    pub(crate) fn check_schnorr(
        &self,
        signature: &[u8],
        key: &[u8; 32],
        annex: Option<&[u8; 32]>,
        leaf: Option<&TapscriptLeaf>,
    ) -> Result<(), ScriptError> {
        let (signature, hash_type) = match signature.split_first_chunk::<64>() {
            Some((signature, [])) => (signature, 0),
            // The default has one way to be written: by leaving it out.
            Some((_, [0])) => return Err(ScriptError::SchnorrSigHashType),
            Some((signature, [hash_type])) => (signature, *hash_type),
            _ => return Err(ScriptError::SchnorrSigSize),
        };
        let digest = self.input.taproot_digest(hash_type, annex, leaf);
        let digest = digest.ok_or(ScriptError::SchnorrSigHashType)?;
        if !verify_schnorr(self.cache, &digest, key, signature) {
            return Err(ScriptError::SchnorrSig);
        }
        Ok(())
    }
}
