//! Secrets at rest: Argon2id or a raw key, then XChaCha20-Poly1305 (`docs/formats/sealed-secret.md`).
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 4 | `MTAS` |
//! | 4 | 1 | version, 1 |
//! | 5 | 1 | method: 0 raw key, 1 passphrase |
//! | 6 | 12 | passphrase only: memory in KiB, passes, lanes, each u32 little endian |
//! | 18 | 16 | passphrase only: salt |
//! | . | 24 | nonce |
//! | . | 16 to 65,552 | ciphertext and tag |
//!
//! Everything before the ciphertext is authenticated, and so is what the caller binds to it (whose
//! secret it is), so a sealed secret can't be moved to another place and opened there.
mod error;
mod format;
mod stretch;
#[cfg(test)]
mod tests;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

pub use error::SealError;
use format::{Method, NONCE_LEN};
pub use stretch::PassphraseCost;

use crate::Randomness;

/// Longest secret that is sealed, in bytes.
const MAX_SECRET: usize = 65_536;

/// A key that seals other secrets, wiped when dropped.
pub struct SealKey(Box<Zeroizing<[u8; 32]>>);

impl SealKey {
    /// Wraps a key that was kept somewhere.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Box::new(Zeroizing::new(*bytes)))
    }

    /// Makes a new key out of `random`.
    pub fn generate(random: &mut Randomness<'_>) -> Self {
        let mut key = Self(Box::new(Zeroizing::new([0; 32])));
        random(key.0.as_mut_slice());
        key
    }

    /// Returns the bytes. Whoever copies them has to wipe the copy.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

/// An encrypted secret. Safe to store, to copy and to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedSecret {
    method: Method,
    nonce: [u8; NONCE_LEN],
    ciphertext: Vec<u8>,
}

impl SealedSecret {
    /// Seals `secret` with `key`. `context` is not stored: opening needs the same.
    ///
    /// # Errors
    /// The secret is longer than 65,536 bytes.
    pub fn with_key(
        secret: &[u8],
        key: &SealKey,
        context: &[u8],
        random: &mut Randomness<'_>,
    ) -> Result<Self, SealError> {
        Self::seal(secret, key, Method::RawKey, context, random)
    }

    /// Seals `secret` with a passphrase stretched at `cost`. `context` as in [`Self::with_key`].
    ///
    /// # Errors
    /// The secret is longer than 65,536 bytes, or the machine lacks the memory that `cost` asks.
    pub fn with_passphrase(
        secret: &[u8],
        passphrase: &str,
        cost: PassphraseCost,
        context: &[u8],
        random: &mut Randomness<'_>,
    ) -> Result<Self, SealError> {
        let mut salt = [0; format::SALT_LEN];
        random(&mut salt);
        let key = stretch::stretch(passphrase, &salt, cost)?;
        let method = Method::Passphrase { cost, salt };
        Self::seal(secret, &key, method, context, random)
    }

    /// Opens what [`Self::with_key`] sealed.
    ///
    /// # Errors
    /// Another key or context, changed bytes, or a secret that needs a passphrase.
    pub fn open_with_key(
        &self,
        key: &SealKey,
        context: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        match self.method {
            Method::RawKey => self.open(key, context),
            Method::Passphrase { .. } => Err(SealError::NeedsPassphrase),
        }
    }

    /// Opens what [`Self::with_passphrase`] sealed.
    ///
    /// # Errors
    /// Another passphrase or context, changed bytes, or a secret that needs a key.
    pub fn open_with_passphrase(
        &self,
        passphrase: &str,
        context: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        match self.method {
            Method::RawKey => Err(SealError::NeedsKey),
            Method::Passphrase { cost, salt } => {
                self.open(&stretch::stretch(passphrase, &salt, cost)?, context)
            }
        }
    }

    fn seal(
        secret: &[u8],
        key: &SealKey,
        method: Method,
        context: &[u8],
        random: &mut Randomness<'_>,
    ) -> Result<Self, SealError> {
        if secret.len() > MAX_SECRET {
            return Err(SealError::TooLong { got: secret.len() });
        }
        let mut sealed = Self {
            method,
            nonce: [0; NONCE_LEN],
            ciphertext: Vec::new(),
        };
        random(&mut sealed.nonce);
        let bound = sealed.bound(context);
        let payload = Payload {
            msg: secret,
            aad: &bound,
        };
        sealed.ciphertext = XChaCha20Poly1305::new(key.expose().into())
            .encrypt(XNonce::from_slice(&sealed.nonce), payload)
            .expect("a short message is always encrypted");
        Ok(sealed)
    }

    fn open(&self, key: &SealKey, context: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let payload = Payload {
            msg: &self.ciphertext,
            aad: &self.bound(context),
        };
        XChaCha20Poly1305::new(key.expose().into())
            .decrypt(XNonce::from_slice(&self.nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| SealError::WrongKey)
    }

    /// What is authenticated beside the secret: the stored head, then the caller's context.
    fn bound(&self, context: &[u8]) -> Vec<u8> {
        let mut bound = self.head();
        bound.extend_from_slice(context);
        bound
    }
}
