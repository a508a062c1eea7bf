//! Our Ethash against the `ethash` 0.4 crate, at the sizes of epoch 0.
use std::hint::black_box;

use moneta_ethash::{
    LightCache, cache_size, dataset_size, light_hash, light_hashes, quick_check, seed_hash,
};

use super::rounds::{alternate, ratio};

/// A seal hash like any other.
const SEAL_HASH: [u8; 32] = [7; 32];
/// Hashes in one measured call.
const BATCH: u64 = 8;

/// Runs every comparison that needs no dataset.
pub(crate) fn run(_args: &[String]) -> anyhow::Result<()> {
    let peer = Peer::new()?;
    let (ours, theirs) = alternate(
        || LightCache::new(cache_size(0), &seed_hash(0)),
        || peer.build_cache(),
    );
    ratio("cache-build", ours, theirs, 1.1);

    let cache = LightCache::new(cache_size(0), &seed_hash(0));
    let mut next = 0;
    let mut nonces = || {
        next += BATCH;
        next..next + BATCH
    };
    let single = |nonces: std::ops::Range<u64>| {
        nonces
            .map(|nonce| light_hash(&cache, dataset_size(0), &SEAL_HASH, nonce))
            .for_each(|hashed| {
                black_box(hashed);
            });
    };
    let (ours, theirs) = alternate(|| single(nonces()), || peer.light(BATCH));
    ratio("light-check-single", ours, theirs, 2.3);
    let light = ours / 8.0;

    let jobs = || {
        (0..BATCH)
            .map(|nonce| (SEAL_HASH, nonce << 32))
            .collect::<Vec<_>>()
    };
    let (ours, theirs) = alternate(
        || light_hashes(&cache, dataset_size(0), &jobs()),
        || peer.light(BATCH),
    );
    ratio("light-check-batch-of-8", ours, theirs, 10.0);

    let mix = light_hash(&cache, dataset_size(0), &SEAL_HASH, 1).mix_hash;
    let quick = || {
        (0..1_000)
            .filter(|nonce| quick_check(&SEAL_HASH, *nonce, &mix, &[255; 32]).is_ok())
            .count()
    };
    let (quick, _) = alternate(quick, || ());
    ratio(
        "quick-check-over-light-check",
        quick / 1_000.0,
        light,
        1_500.0,
    );
    Ok(())
}

/// The `ethash` crate with its own cache.
struct Peer {
    cache: Vec<u8>,
    dataset_size: usize,
}

impl Peer {
    fn new() -> anyhow::Result<Self> {
        let cache = vec![0; usize::try_from(cache_size(0))?];
        let mut peer = Self {
            cache,
            dataset_size: usize::try_from(dataset_size(0))?,
        };
        peer.cache = peer.build_cache();
        Ok(peer)
    }

    fn build_cache(&self) -> Vec<u8> {
        let mut cache = vec![0; self.cache.len()];
        ethash::make_cache(&mut cache, seed_hash(0).into());
        cache
    }

    fn light(&self, hashes: u64) {
        for nonce in 0..hashes {
            let nonce = nonce.to_be_bytes().into();
            black_box(ethash::hashimoto_light(
                SEAL_HASH.into(),
                nonce,
                self.dataset_size,
                &self.cache,
            ));
        }
    }
}
