//! Remembers signatures that verified, so that a transaction seen in the mempool costs less in its block.
use super::salted_set::SaltedSet;

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

/// Remembers a bounded number of signatures by salted hashes.
#[derive(Debug)]
pub struct SaltedSignatureCache {
    verified: SaltedSet,
}

impl SaltedSignatureCache {
    /// Makes an empty cache of at most `max_bytes`; `salt` is drawn at random, for each process anew.
    pub fn new(salt: [u8; 32], max_bytes: usize) -> Self {
        Self {
            verified: SaltedSet::new(salt, max_bytes),
        }
    }

    fn key_of(&self, signed: &SignedMessage<'_>) -> [u8; 32] {
        let (scheme, digest, public_key, signature) = match *signed {
            SignedMessage::Ecdsa {
                digest,
                public_key,
                signature,
            } => (b"E", digest, public_key, signature),
            SignedMessage::Schnorr {
                digest,
                public_key,
                signature,
            } => (b"S", digest, &public_key[..], &signature[..]),
        };
        // A length in front keeps key and signature apart.
        let key_len = public_key.len().to_le_bytes();
        self.verified
            .key(&[scheme, digest, &key_len, public_key, signature])
    }
}

impl SignatureCache for SaltedSignatureCache {
    fn contains(&self, signed: &SignedMessage<'_>) -> bool {
        self.verified.contains(&self.key_of(signed))
    }

    fn insert(&self, signed: &SignedMessage<'_>) {
        self.verified.insert(self.key_of(signed));
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
