//! The public half of an account: addresses and change, no power to spend.
use bitcoin::bip32::{ChildNumber, DerivationPath, Fingerprint, KeySource, Xpub};
use bitcoin::{CompressedPublicKey, ScriptBuf};
use secp256k1::{PublicKey, SECP256K1};

use super::Keychain;

/// Public key of an account with its origin. Prints and parses as a descriptor
/// `wpkh([fingerprint/84'/coin'/account']xpub/<0;1>/*)#checksum` (BIP380, BIP389).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AccountPublic {
    pub(super) fingerprint: Fingerprint,
    pub(super) path: DerivationPath,
    pub(super) xpub: Xpub,
}

impl AccountPublic {
    /// Returns the fingerprint of the master key, which PSBTs name signers by.
    pub const fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Returns the extended public key of the account.
    pub const fn xpub(&self) -> &Xpub {
        &self.xpub
    }

    /// Returns the path from the master key to the account.
    pub const fn path(&self) -> &DerivationPath {
        &self.path
    }

    /// Returns the public key at `index` of `keychain`.
    ///
    /// # Panics
    /// `index` is above [`MAX_INDEX`](super::MAX_INDEX).
    pub fn public_key(&self, keychain: Keychain, index: u32) -> PublicKey {
        // A step fails with probability 2^-127 (BIP32): no such key is known to anybody.
        self.xpub
            .derive_pub(SECP256K1, &steps(keychain, index))
            .expect("normal steps derive")
            .public_key
    }

    /// Returns the P2WPKH script at `index` of `keychain`.
    ///
    /// # Panics
    /// `index` is above [`MAX_INDEX`](super::MAX_INDEX).
    pub fn script(&self, keychain: Keychain, index: u32) -> ScriptBuf {
        script_of(&self.public_key(keychain, index))
    }

    /// Returns what a PSBT says about the key at `index` of `keychain`: master fingerprint and path.
    ///
    /// # Panics
    /// `index` is above [`MAX_INDEX`](super::MAX_INDEX).
    pub fn key_source(&self, keychain: Keychain, index: u32) -> KeySource {
        (self.fingerprint, self.path.extend(steps(keychain, index)))
    }

    /// Tells which of this account's keys `key` is, if `source` says so and derivation agrees.
    pub fn locate(&self, key: &PublicKey, source: &KeySource) -> Option<(Keychain, u32)> {
        let (fingerprint, path) = source;
        let (account, tail) = path.as_ref().split_at_checked(self.path.len())?;
        if *fingerprint != self.fingerprint || account != self.path.as_ref() {
            return None;
        }
        let [
            ChildNumber::Normal { index: chain },
            ChildNumber::Normal { index },
        ] = *tail
        else {
            return None;
        };
        let keychain = Keychain::from_u32(chain)?;
        (self.public_key(keychain, index) == *key).then_some((keychain, index))
    }
}

/// Returns the P2WPKH script of a key.
pub(crate) fn script_of(key: &PublicKey) -> ScriptBuf {
    ScriptBuf::new_p2wpkh(&CompressedPublicKey(*key).wpubkey_hash())
}

/// The two steps below the account.
pub(super) fn steps(keychain: Keychain, index: u32) -> [ChildNumber; 2] {
    [keychain.to_u32(), index]
        .map(|step| ChildNumber::from_normal_idx(step).expect("at most MAX_INDEX"))
}
