//! The `ethash` crate.
use std::hint::black_box;

use moneta_ethash::{cache_size, dataset_size, seed_hash};

use super::SEAL_HASH;

/// The crate with its own cache.
pub(super) struct Peer {
    cache: Vec<u8>,
    dataset_size: usize,
}

impl Peer {
    pub(super) fn new() -> anyhow::Result<Self> {
        let cache = vec![0; usize::try_from(cache_size(0))?];
        let mut peer = Self {
            cache,
            dataset_size: usize::try_from(dataset_size(0))?,
        };
        peer.cache = peer.build_cache();
        Ok(peer)
    }

    pub(super) fn build_cache(&self) -> Vec<u8> {
        let mut cache = vec![0; self.cache.len()];
        ethash::make_cache(&mut cache, seed_hash(0).into());
        cache
    }

    /// Makes so many light hashes, one by one: it knows no other way.
    pub(super) fn light(&self, hashes: u32) {
        for nonce in 0..u64::from(hashes) {
            let nonce = nonce.to_be_bytes().into();
            let hashed =
                ethash::hashimoto_light(SEAL_HASH.into(), nonce, self.dataset_size, &self.cache);
            black_box(hashed);
        }
    }

    /// Computes items of the dataset from number `first` on.
    pub(super) fn items(&self, first: u32, count: u32) {
        for item in first..first + count {
            black_box(ethash::calc_dataset_item(&self.cache, item as usize));
        }
    }

    /// Makes so many full hashes over a dataset that is there.
    pub(super) fn full(dataset: &[u8], hashes: u32) {
        for nonce in 0..u64::from(hashes) {
            let nonce = nonce.to_be_bytes().into();
            let hashed = ethash::hashimoto_full(SEAL_HASH.into(), nonce, dataset.len(), dataset);
            black_box(hashed);
        }
    }
}
