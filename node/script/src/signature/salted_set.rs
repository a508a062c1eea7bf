//! A bounded set of hashes that nobody outside can aim at.
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bitcoin::hashes::{Hash, HashEngine, sha256};

/// Remembers a bounded number of things by a salted hash of 32 bytes.
///
/// The salt is secret and random, so nobody can aim at an entry. A new entry replaces the oldest of the
/// four that share its place: memory is bounded at creation, taken from the system as it fills, and losing
/// an entry only costs time.
pub struct SaltedSet {
    salted: sha256::HashEngine,
    shards: Box<[Mutex<Vec<Place>>]>,
}

/// Four entries in order of age, the newest first; all zero where there is none.
type Place = [[u8; 32]; WAYS];

const WAYS: usize = 4;
const PLACE_BYTES: usize = size_of::<Place>();
/// Locks, so that threads seldom meet.
const SHARDS: usize = 64;

impl SaltedSet {
    /// Makes an empty set of at most `max_bytes` (but at least one place).
    ///
    /// `salt` is drawn at random by the caller, for each process anew.
    pub fn new(salt: [u8; 32], max_bytes: usize) -> Self {
        let places = (max_bytes / PLACE_BYTES).max(1);
        let shards = places.min(SHARDS);
        let places_each = places.checked_div(shards).unwrap_or(1);
        let mut salted = sha256::Hash::engine();
        // Twice: one whole SHA-256 block, so the engine starts from a midstate.
        salted.input(&salt);
        salted.input(&salt);
        // Zeroed memory costs nothing until it is written to.
        let shard = |_| Mutex::new(vec![[[0; 32]; WAYS]; places_each]);
        Self {
            salted,
            shards: (0..shards).map(shard).collect(),
        }
    }

    /// Hashes what an entry stands for. The parts follow one another without a mark: a part of which the
    /// length is not fixed has its length in front.
    pub fn key(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut engine = self.salted.clone();
        parts.iter().for_each(|part| engine.input(part));
        sha256::Hash::from_engine(engine).to_byte_array()
    }

    /// Returns whether this key was inserted and is still remembered.
    pub fn contains(&self, key: &[u8; 32]) -> bool {
        let found = self.shard_of(key).and_then(|(shard, number)| {
            let place = shard.get(number)?;
            Some(place.contains(key))
        });
        found.unwrap_or(false)
    }

    /// Remembers a key.
    pub fn insert(&self, key: [u8; 32]) {
        let Some((mut shard, number)) = self.shard_of(&key) else {
            return;
        };
        if let Some(entries) = shard.get_mut(number)
            && !entries.contains(&key)
        {
            entries.rotate_right(1);
            let [newest, ..] = entries;
            *newest = key;
        }
    }

    /// Returns the shard of a key, and the number of its place there.
    fn shard_of(&self, key: &[u8; 32]) -> Option<(MutexGuard<'_, Vec<Place>>, usize)> {
        let (shard, rest) = key.split_first_chunk()?;
        let (place, _) = rest.split_first_chunk()?;
        let number = |bytes: &[u8; 4], count: usize| {
            usize::try_from(u32::from_le_bytes(*bytes))
                .ok()?
                .checked_rem(count)
        };
        let shard = self.shards.get(number(shard, self.shards.len())?)?;
        // An array of hashes is whole whatever a thread that panicked was doing.
        let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let place = number(place, shard.len())?;
        Some((shard, place))
    }
}

impl fmt::Debug for SaltedSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SaltedSet")
            .field("shards", &self.shards.len())
            .finish_non_exhaustive()
    }
}
