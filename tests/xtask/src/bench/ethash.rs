//! Our Ethash against the `ethash` 0.4 crate, at the sizes of epoch 0.
use std::hint::black_box;

use moneta_ethash::{
    LightCache, cache_size, dataset_size, light_hash, light_hashes, quick_check, seed_hash,
};

use super::rounds::{alternate_on_cpu, ratio};

/// A seal hash like any other.
const SEAL_HASH: [u8; 32] = [7; 32];
/// Hashes in one measured call: enough that each side finds its own cache warm again after the other's turn.
const HASHES: u64 = 64;
/// Quick checks in one measured call.
const QUICK_CHECKS: u64 = 200_000;
/// Hashes side by side.
const BATCH: usize = 8;

/// Runs every comparison that needs no dataset.
pub(crate) fn run(_args: &[String]) -> anyhow::Result<()> {
    let peer = Peer::new()?;
    let (ours, theirs) = alternate_on_cpu(
        || LightCache::new(cache_size(0), &seed_hash(0)),
        || peer.build_cache(),
    );
    ratio("cache-build", ours, theirs, 1.1);

    let cache = LightCache::new(cache_size(0), &seed_hash(0));
    let mut next = 0;
    let mut nonces = || {
        next += HASHES;
        next..next + HASHES
    };
    let single = |nonces: std::ops::Range<u64>| {
        nonces
            .map(|nonce| light_hash(&cache, dataset_size(0), &SEAL_HASH, nonce))
            .for_each(|hashed| {
                black_box(hashed);
            });
    };
    let (ours, theirs) = alternate_on_cpu(|| single(nonces()), || peer.light(HASHES));
    ratio("light-check-single", ours, theirs, 2.3);
    let light = ours / 64.0;

    let batches = || {
        for batch in (0..HASHES).collect::<Vec<_>>().chunks(BATCH) {
            let jobs: Vec<_> = batch.iter().map(|nonce| (SEAL_HASH, nonce << 32)).collect();
            black_box(light_hashes(&cache, dataset_size(0), &jobs));
        }
    };
    let (ours, theirs) = alternate_on_cpu(batches, || peer.light(HASHES));
    ratio("light-check-batch-of-8", ours, theirs, 10.0);

    let mix = light_hash(&cache, dataset_size(0), &SEAL_HASH, 1).mix_hash;
    let quick = || {
        (0..QUICK_CHECKS)
            .filter(|nonce| quick_check(&SEAL_HASH, *nonce, &mix, &[255; 32]).is_ok())
            .count()
    };
    let (quick, _) = alternate_on_cpu(quick, || ());
    ratio(
        "quick-check-over-light-check",
        quick / 200_000.0,
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
