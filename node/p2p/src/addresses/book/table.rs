//! Buckets of places: who fills one bucket has not filled the others.
use std::collections::BTreeMap;
use std::net::SocketAddr;

use bitcoin::hashes::{HashEngine, siphash24};

use crate::addresses::NetGroup;
use crate::addresses::group::mapped;

/// Places in a bucket (Bitcoin Core).
const PLACES: u64 = 64;
/// Buckets of addresses that were only heard of.
pub(super) const HEARD_BUCKETS: u16 = 1_024;
/// Buckets of addresses that we have spoken with.
pub(super) const SPOKEN_BUCKETS: u16 = 256;
/// Buckets of the first kind that what one group of sources tells can reach.
const HEARD_PER_SOURCE: u64 = 64;
/// Buckets of the second kind that the addresses of one group can reach.
const SPOKEN_PER_GROUP: u64 = 8;

/// Buckets of places.
#[derive(Debug, Clone)]
pub(super) struct Table {
    buckets: Vec<BTreeMap<u8, SocketAddr>>,
}

impl Table {
    pub(super) fn new(buckets: u16) -> Self {
        Self {
            buckets: vec![BTreeMap::new(); usize::from(buckets)],
        }
    }

    pub(super) fn get(&self, bucket: u16, place: u8) -> Option<SocketAddr> {
        self.buckets.get(usize::from(bucket))?.get(&place).copied()
    }

    /// Puts an address into a place; what was there is returned.
    pub(super) fn put(
        &mut self,
        bucket: u16,
        place: u8,
        address: SocketAddr,
    ) -> Option<SocketAddr> {
        let bucket = self.buckets.get_mut(usize::from(bucket))?;
        bucket.insert(place, address)
    }

    pub(super) fn clear(&mut self, bucket: u16, place: u8) {
        if let Some(bucket) = self.buckets.get_mut(usize::from(bucket)) {
            bucket.remove(&place);
        }
    }

    /// Returns the buckets that hold anything.
    pub(super) fn filled(&self) -> Vec<&BTreeMap<u8, SocketAddr>> {
        let filled = |bucket: &&BTreeMap<u8, SocketAddr>| !bucket.is_empty();
        self.buckets.iter().filter(filled).collect()
    }
}

/// Tells where an address belongs: nobody outside foresees it.
#[derive(Clone)]
pub(super) struct Order {
    secret: [u8; 16],
}

impl Order {
    pub(super) const fn new(secret: [u8; 16]) -> Self {
        Self { secret }
    }

    /// Returns the secret, for the book's own file.
    pub(super) const fn secret(&self) -> &[u8; 16] {
        &self.secret
    }

    /// Returns the bucket of an address that was heard of from `source`.
    pub(super) fn heard_bucket(&self, address: SocketAddr, source: SocketAddr) -> u16 {
        let (group, source) = (NetGroup::of(address), NetGroup::of(source));
        let one = self.hash(0, &[group.as_bytes(), source.as_bytes()]) % HEARD_PER_SOURCE;
        self.bucket(1, source.as_bytes(), one, HEARD_BUCKETS)
    }

    /// Returns the bucket of an address that we have spoken with.
    pub(super) fn spoken_bucket(&self, address: SocketAddr) -> u16 {
        let one = self.hash(2, &[&bytes(address)]) % SPOKEN_PER_GROUP;
        self.bucket(3, NetGroup::of(address).as_bytes(), one, SPOKEN_BUCKETS)
    }

    fn bucket(&self, purpose: u8, group: &[u8], one: u64, buckets: u16) -> u16 {
        let hash = self.hash(purpose, &[group, &one.to_le_bytes()]);
        u16::try_from(hash % u64::from(buckets)).expect("less than the buckets there are")
    }

    /// Returns the place of an address in a bucket; `is_spoken` tells of which table.
    pub(super) fn place(&self, is_spoken: bool, bucket: u16, address: SocketAddr) -> u8 {
        let purpose = if is_spoken { 4 } else { 5 };
        let hash = self.hash(purpose, &[&bucket.to_le_bytes(), &bytes(address)]);
        u8::try_from(hash % PLACES).expect("less than the places there are")
    }

    /// Every part has a fixed length for its purpose, so no two questions are one.
    fn hash(&self, purpose: u8, parts: &[&[u8]]) -> u64 {
        keyed(&self.secret, purpose, parts)
    }
}

/// Hashes parts under a secret.
pub(in crate::addresses) fn keyed(secret: &[u8; 16], purpose: u8, parts: &[&[u8]]) -> u64 {
    let (mut low, mut high) = ([0; 8], [0; 8]);
    low.copy_from_slice(&secret[..8]);
    high.copy_from_slice(&secret[8..]);
    let keys = (u64::from_le_bytes(low), u64::from_le_bytes(high));
    let mut engine = siphash24::HashEngine::with_keys(keys.0, keys.1);
    engine.input(&[purpose]);
    for part in parts {
        engine.input(part);
    }
    siphash24::Hash::from_engine_to_u64(engine)
}

/// The secret stays here: who knows it can fill the buckets at will.
impl std::fmt::Debug for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Order").finish_non_exhaustive()
    }
}

/// Returns an address as 18 bytes.
pub(in crate::addresses) fn bytes(address: SocketAddr) -> [u8; 18] {
    let mut bytes = [0; 18];
    bytes[..16].copy_from_slice(&mapped(address.ip()));
    bytes[16..].copy_from_slice(&address.port().to_be_bytes());
    bytes
}
