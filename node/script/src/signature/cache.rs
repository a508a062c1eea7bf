//! Remembers signatures that verified, so that a transaction seen in the mempool costs less in its block.
use std::fmt;
use std::sync::{Mutex, PoisonError};

use bitcoin::hashes::{Hash, HashEngine, sha256};

/// A signature with everything it was verified against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedMessage<'a> {
    /// ECDSA: DER bytes without the hash type.
    Ecdsa {
        /// What is signed.
        digest: &'a [u8; 32],
        /// 33 or 65 bytes, or whatever a script offers as a key.
        public_key: &'a [u8],
        /// DER, possibly malformed.
        signature: &'a [u8],
    },
    /// Schnorr (BIP340).
    Schnorr {
        /// What is signed.
        digest: &'a [u8; 32],
        /// The X coordinate.
        public_key: &'a [u8; 32],
        /// R and s.
        signature: &'a [u8; 64],
    },
}

/// A place that remembers signatures which verified. Threads share it.
pub trait SignatureCache: Sync {
    /// Returns whether this very signature was inserted, and so verifies.
    fn contains(&self, signed: &SignedMessage<'_>) -> bool;

    /// Remembers a signature that verified.
    fn insert(&self, signed: &SignedMessage<'_>);
}

/// Remembers nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoSignatureCache;

impl SignatureCache for NoSignatureCache {
    fn contains(&self, _signed: &SignedMessage<'_>) -> bool {
        false
    }

    fn insert(&self, _signed: &SignedMessage<'_>) {}
}

/// Remembers a bounded number of signatures by a salted hash of 32 bytes.
///
/// The salt is secret and random, so nobody can aim at an entry. A new entry replaces the oldest of the
/// four that share its place: memory is fixed at creation, and losing an entry only costs time.
pub struct SaltedSignatureCache {
    salted: sha256::HashEngine,
    places: Box<[Mutex<Place>]>,
}

/// Four entries in order of age, the newest first.
type Place = [[u8; 32]; WAYS];

const WAYS: usize = 4;
const PLACE_BYTES: usize = size_of::<Mutex<Place>>();

impl SaltedSignatureCache {
    /// Makes an empty cache of at most `max_bytes` (but at least one place).
    ///
    /// `salt` is drawn at random by the caller, for each process anew.
    pub fn new(salt: [u8; 32], max_bytes: usize) -> Self {
        let places = (max_bytes / PLACE_BYTES).max(1);
        let mut salted = sha256::Hash::engine();
        // Twice: one whole SHA-256 block, so the engine starts from a midstate.
        salted.input(&salt);
        salted.input(&salt);
        Self {
            salted,
            places: (0..places).map(|_| Mutex::default()).collect(),
        }
    }

    fn key_of(&self, signed: &SignedMessage<'_>) -> [u8; 32] {
        let mut engine = self.salted.clone();
        let (scheme, digest, public_key, signature) = match *signed {
            SignedMessage::Ecdsa {
                digest,
                public_key,
                signature,
            } => (b'E', digest, public_key, signature),
            SignedMessage::Schnorr {
                digest,
                public_key,
                signature,
            } => (b'S', digest, &public_key[..], &signature[..]),
        };
        engine.input(&[scheme]);
        engine.input(digest);
        // A length in front keeps key and signature apart.
        engine.input(&public_key.len().to_le_bytes());
        engine.input(public_key);
        engine.input(signature);
        sha256::Hash::from_engine(engine).to_byte_array()
    }

    fn place_of(&self, key: &[u8; 32]) -> Option<&Mutex<Place>> {
        let (head, _) = key.split_first_chunk()?;
        let number = usize::try_from(u32::from_le_bytes(*head)).ok()?;
        self.places.get(number.checked_rem(self.places.len())?)
    }
}

impl SignatureCache for SaltedSignatureCache {
    fn contains(&self, signed: &SignedMessage<'_>) -> bool {
        let key = self.key_of(signed);
        self.place_of(&key).is_some_and(|place| {
            // An array of hashes is whole whatever a thread that panicked was doing.
            let entries = place.lock().unwrap_or_else(PoisonError::into_inner);
            entries.contains(&key)
        })
    }

    fn insert(&self, signed: &SignedMessage<'_>) {
        let key = self.key_of(signed);
        if let Some(place) = self.place_of(&key) {
            let mut entries = place.lock().unwrap_or_else(PoisonError::into_inner);
            if !entries.contains(&key) {
                entries.rotate_right(1);
                let [newest, ..] = &mut *entries;
                *newest = key;
            }
        }
    }
}

impl fmt::Debug for SaltedSignatureCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SaltedSignatureCache")
            .field("places", &self.places.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ecdsa<'a>(digest: &'a [u8; 32], public_key: &'a [u8]) -> SignedMessage<'a> {
        SignedMessage::Ecdsa {
            digest,
            public_key,
            signature: &[7; 64],
        }
    }

    #[test]
    fn only_what_was_inserted_is_found() {
        let cache = SaltedSignatureCache::new([1; 32], 1 << 16);
        cache.insert(&ecdsa(&[2; 32], &[3; 32]));
        assert!(cache.contains(&ecdsa(&[2; 32], &[3; 32])));
        assert!(!cache.contains(&ecdsa(&[3; 32], &[3; 32])));
        assert!(!cache.contains(&ecdsa(&[2; 32], &[3; 33])));
        let schnorr = SignedMessage::Schnorr {
            digest: &[2; 32],
            public_key: &[3; 32],
            signature: &[7; 64],
        };
        assert!(!cache.contains(&schnorr));
    }

    #[test]
    fn a_full_place_forgets_its_oldest_entry_and_keeps_the_others() {
        let cache = SaltedSignatureCache::new([1; 32], 0);
        let digests: Vec<[u8; 32]> = (0..5).map(|byte| [byte; 32]).collect();
        for digest in &digests {
            cache.insert(&ecdsa(digest, &[3; 33]));
        }
        let found = digests
            .iter()
            .map(|digest| cache.contains(&ecdsa(digest, &[3; 33])));
        assert_eq!(found.collect::<Vec<_>>(), [false, true, true, true, true]);
    }

    #[test]
    fn threads_share_a_cache() {
        let cache = SaltedSignatureCache::new([9; 32], 1 << 20);
        std::thread::scope(|scope| {
            for thread in 0..4_u8 {
                let cache = &cache;
                scope.spawn(move || {
                    for byte in 0..=u8::MAX {
                        cache.insert(&ecdsa(&[byte; 32], &[thread; 33]));
                    }
                });
            }
        });
        for thread in 0..4_u8 {
            let found = (0..=u8::MAX).filter(|b| cache.contains(&ecdsa(&[*b; 32], &[thread; 33])));
            assert_eq!(found.count(), 256);
        }
    }
}
