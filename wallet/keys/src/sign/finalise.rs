//! A signed PSBT -> a transaction, every signature checked on the way.
use bitcoin::psbt::Input;
use bitcoin::sighash::SighashCache;
use bitcoin::{EcdsaSighashType, Psbt, Transaction, Witness, ecdsa};
use secp256k1::{Message, PublicKey, SECP256K1};

use super::SignError;
use super::inputs::spent_output;
use crate::account::script_of;

/// Why a PSBT is no transaction yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FinaliseError {
    /// The PSBT says not truly what an input spends.
    #[error(transparent)]
    Utxo(#[from] SignError),
    /// The input spends a script other than P2WPKH.
    #[error("input {input} spends a script that this wallet can't finish")]
    UnknownScript {
        /// Index of the input.
        input: usize,
    },
    /// The owner of the input has not signed.
    #[error("input {input} is not signed yet")]
    NotSigned {
        /// Index of the input.
        input: usize,
    },
    /// The signature is not the owner's, or not for this transaction.
    #[error(
        "the signature of input {input} is wrong: not by the owner, or for another transaction"
    )]
    WrongSignature {
        /// Index of the input.
        input: usize,
    },
}

impl FinaliseError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Utxo(error) => error.code(),
            Self::UnknownScript { .. } => "finalise.unknown_script",
            Self::NotSigned { .. } => "finalise.not_signed",
            Self::WrongSignature { .. } => "finalise.wrong_signature",
        }
    }
}

/// Puts the signatures of P2WPKH inputs into place; inputs that a signer finished already count too.
///
/// # Errors
/// An input is unsigned, signed by another key, or of a kind this wallet does not know.
pub fn finalise(psbt: &Psbt) -> Result<Transaction, FinaliseError> {
    let mut transaction = psbt.unsigned_tx.clone();
    let mut cache = SighashCache::new(&psbt.unsigned_tx);
    for (index, (input, txin)) in psbt.inputs.iter().zip(&psbt.unsigned_tx.input).enumerate() {
        let output = spent_output(input, txin, index)?;
        if !output.script_pubkey.is_p2wpkh() {
            return Err(FinaliseError::UnknownScript { input: index });
        }
        let wrong = FinaliseError::WrongSignature { input: index };
        let (key, signature) = signature_of(input, output.script_pubkey.as_script())
            .ok_or(FinaliseError::NotSigned { input: index })?;
        if signature.sighash_type != EcdsaSighashType::All
            || script_of(&key) != output.script_pubkey
        {
            return Err(wrong);
        }
        let digest = cache
            .p2wpkh_signature_hash(
                index,
                &output.script_pubkey,
                output.value,
                EcdsaSighashType::All,
            )
            .expect("the script is P2WPKH and the input exists");
        SECP256K1
            .verify_ecdsa(&Message::from(digest), &signature.signature, &key)
            .map_err(|_| wrong)?;
        transaction.input[index].witness = Witness::p2wpkh(&signature, &key);
    }
    Ok(transaction)
}

/// Finds the owner's key and signature, finished or not.
fn signature_of(input: &Input, script: &bitcoin::Script) -> Option<(PublicKey, ecdsa::Signature)> {
    if let Some(witness) = &input.final_script_witness {
        let (signature, key) = (witness.nth(0)?, witness.nth(1)?);
        return Some((
            PublicKey::from_slice(key).ok()?,
            ecdsa::Signature::from_slice(signature).ok()?,
        ));
    }
    let mut signatures = input.partial_sigs.iter();
    let found = signatures.find(|(key, _)| key.compressed && script_of(&key.inner) == *script);
    found.map(|(key, signature)| (key.inner, *signature))
}
