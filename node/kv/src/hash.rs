//! The hash that spreads keys over tables: SipHash-1-3 under keys drawn for each store.
//!
//! The keys are the store's own so that nobody can choose transaction ids that crowd into one page.
use std::hash::Hasher;

use siphasher::sip::SipHasher13;

/// The two keys of a store's hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Salt(pub u64, pub u64);

impl Salt {
    /// Returns the hash of a key.
    pub(crate) fn hash(self, key: &[u8]) -> u64 {
        let mut hasher = SipHasher13::new_with_keys(self.0, self.1);
        hasher.write(key);
        hasher.finish()
    }
}

/// Returns where `hash` falls among `count` equal parts of all hashes; larger hashes never fall before smaller.
pub(crate) const fn part(hash: u64, count: u64) -> u64 {
    ((hash as u128 * count as u128) >> 64) as u64
}
