//! Signatures for exactly the inputs that are ours.
use bitcoin::psbt::{Input, PsbtSighashType};
use bitcoin::sighash::SighashCache;
use bitcoin::{EcdsaSighashType, Psbt, Transaction, TxIn, TxOut};
use secp256k1::{Message, PublicKey, SECP256K1, SecretKey, ecdsa};

use crate::account::{AccountKey, Keychain, script_of};

/// Why nothing was signed. A PSBT is signed wholly (as far as it is ours) or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// No input belongs to this account.
    #[error("no input belongs to this wallet: it was made for other keys")]
    NothingToSign,
    /// The PSBT says not what the input spends.
    #[error("input {input} says not what it spends")]
    MissingUtxo {
        /// Index of the input.
        input: usize,
    },
    /// The previous transaction is another one, or disagrees about the output.
    #[error("input {input} lies about what it spends: the previous transaction says otherwise")]
    UtxoMismatch {
        /// Index of the input.
        input: usize,
    },
    /// A signature that leaves part of the transaction open.
    #[error("input {input} asks for a signature that leaves part of the transaction open")]
    SighashNotAll {
        /// Index of the input.
        input: usize,
    },
    /// The input names our key but spends a script that is not that key's.
    #[error("input {input} names a key of this wallet, but spends another script")]
    WrongScript {
        /// Index of the input.
        input: usize,
    },
}

impl SignError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NothingToSign => "sign.nothing_to_sign",
            Self::MissingUtxo { .. } => "sign.missing_utxo",
            Self::UtxoMismatch { .. } => "sign.utxo_mismatch",
            Self::SighashNotAll { .. } => "sign.sighash_not_all",
            Self::WrongScript { .. } => "sign.wrong_script",
        }
    }
}

impl AccountKey {
    /// Signs every input whose key origin is this account's, and returns how many there were.
    ///
    /// Signatures are deterministic (RFC 6979), low in S and in R, and cover the whole transaction.
    ///
    /// # Errors
    /// No input is ours, or one that is ours is not what it says. The PSBT is unchanged then.
    pub fn sign(&self, psbt: &mut Psbt) -> Result<usize, SignError> {
        let mut signatures = Vec::new();
        let mut cache = SighashCache::new(&psbt.unsigned_tx);
        let inputs = psbt.inputs.iter().zip(&psbt.unsigned_tx.input);
        for (index, (input, txin)) in inputs.enumerate() {
            let Some((key, keychain, child)) = self.locate(input) else {
                continue;
            };
            let (key, signature) =
                self.sign_input(&mut cache, index, (input, txin), (key, keychain, child))?;
            signatures.push((index, key, signature));
        }
        if signatures.is_empty() {
            return Err(SignError::NothingToSign);
        }
        let count = signatures.len();
        for (index, key, signature) in signatures {
            let key = bitcoin::PublicKey::new(key);
            psbt.inputs[index].partial_sigs.insert(key, signature);
        }
        Ok(count)
    }

    fn locate(&self, input: &Input) -> Option<(PublicKey, Keychain, u32)> {
        input.bip32_derivation.iter().find_map(|(key, source)| {
            let (keychain, index) = self.public().locate(key, source)?;
            Some((*key, keychain, index))
        })
    }

    fn sign_input(
        &self,
        cache: &mut SighashCache<&Transaction>,
        index: usize,
        (input, txin): (&Input, &TxIn),
        (key, keychain, child): (PublicKey, Keychain, u32),
    ) -> Result<(PublicKey, bitcoin::ecdsa::Signature), SignError> {
        let output = spent_output(input, txin, index)?;
        let all = PsbtSighashType::from(EcdsaSighashType::All);
        if input.sighash_type.is_some_and(|asked| asked != all) {
            return Err(SignError::SighashNotAll { input: index });
        }
        if output.script_pubkey != script_of(&key) {
            return Err(SignError::WrongScript { input: index });
        }
        let digest = cache
            .p2wpkh_signature_hash(
                index,
                &output.script_pubkey,
                output.value,
                EcdsaSighashType::All,
            )
            .expect("the script is P2WPKH and the input exists");
        let signature = self.with_secret_key(keychain, child, |secret| {
            sign_digest(&Message::from(digest), secret)
        });
        Ok((key, bitcoin::ecdsa::Signature::sighash_all(signature)))
    }
}

/// Signs deterministically (RFC 6979), low in S, and ground until R is low (71 bytes at most).
pub(super) fn sign_digest(digest: &Message, secret: &SecretKey) -> ecdsa::Signature {
    SECP256K1.sign_ecdsa_low_r(digest, secret)
}

/// Returns the output that `input` spends, after everything the PSBT says about it agrees.
pub(super) fn spent_output<'a>(
    input: &'a Input,
    txin: &TxIn,
    index: usize,
) -> Result<&'a TxOut, SignError> {
    let mismatch = SignError::UtxoMismatch { input: index };
    let whole = match &input.non_witness_utxo {
        None => None,
        Some(previous) => {
            if previous.compute_txid() != txin.previous_output.txid {
                return Err(mismatch);
            }
            let vout = txin.previous_output.vout as usize;
            Some(previous.output.get(vout).ok_or(mismatch)?)
        }
    };
    match (&input.witness_utxo, whole) {
        (Some(claimed), Some(proven)) if claimed != proven => Err(mismatch),
        (Some(output), _) | (None, Some(output)) => Ok(output),
        (None, None) => Err(SignError::MissingUtxo { input: index }),
    }
}
