//! Keys that everybody knows: never for anything but tests.
use bitcoin::hashes::Hash;
use bitcoin::secp256k1::{Message, PublicKey, Secp256k1, SecretKey};
use bitcoin::sighash::SighashCache;
use bitcoin::{
    CompressedPublicKey, EcdsaSighashType, ScriptBuf, Transaction, TxOut, WPubkeyHash, Witness,
    ecdsa,
};

/// A key pair that follows from a number.
#[derive(Debug, Clone, Copy)]
pub struct TestKey {
    secret: SecretKey,
}

impl TestKey {
    /// Returns the key of a number from 1 on.
    ///
    /// # Panics
    /// The number is 0.
    pub fn new(number: u8) -> Self {
        let secret = SecretKey::from_slice(&[number; 32]).expect("a number from 1 on");
        Self { secret }
    }

    /// Returns the public key.
    pub fn public(&self) -> PublicKey {
        self.secret.public_key(&Secp256k1::new())
    }

    /// Returns the script of its one address (P2WPKH).
    pub fn script(&self) -> ScriptBuf {
        let hash = CompressedPublicKey(self.public()).wpubkey_hash();
        ScriptBuf::new_p2wpkh(&WPubkeyHash::from_byte_array(hash.to_byte_array()))
    }

    /// Signs input `index`, which spends `coin`: an output of [`Self::script`].
    ///
    /// # Panics
    /// There is no such input, or the coin is not the key's.
    pub fn sign(&self, tx: &mut Transaction, index: usize, coin: &TxOut) {
        let sighash = SighashCache::new(&*tx)
            .p2wpkh_signature_hash(
                index,
                &coin.script_pubkey,
                coin.value,
                EcdsaSighashType::All,
            )
            .expect("the input is there and its coin is P2WPKH");
        let message = Message::from_digest(sighash.to_byte_array());
        let signature = ecdsa::Signature {
            signature: Secp256k1::new().sign_ecdsa(&message, &self.secret),
            sighash_type: EcdsaSighashType::All,
        };
        tx.input[index].witness = Witness::p2wpkh(&signature, &self.public());
    }
}
