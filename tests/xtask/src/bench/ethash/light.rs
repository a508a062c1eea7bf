//! What everybody who checks does: grow a cache, check seals.
use std::hint::black_box;

use moneta_ethash::{LightCache, dataset_size, light_hash, light_hashes, quick_check};

use super::peer::Peer;
use super::{SEAL_HASH, cache};
use crate::bench::rounds::{alternate_on_cpu, ratio};

/// Hashes in one measured call: enough that each side finds its own cache warm again after the other's turn.
const HASHES: u32 = 64;
/// Quick checks in one measured call.
const QUICK_CHECKS: u32 = 200_000;
/// Items of the dataset in one measured call, of ours and of the peer's.
const ITEMS: (u32, u32) = (8_192, 512);

/// Runs every comparison that needs no dataset.
pub(super) fn run(peer: &Peer) {
    let (ours, theirs) = alternate_on_cpu(cache, || peer.build_cache());
    ratio("cache-build", ours, theirs, 1.1);

    let cache = cache();
    let mut next = 0;
    let mut nonces = || {
        next += u64::from(HASHES);
        next..next + u64::from(HASHES)
    };
    let single = |nonce| {
        black_box(light_hash(&cache, dataset_size(0), &SEAL_HASH, nonce));
    };
    let (ours, theirs) = alternate_on_cpu(|| nonces().for_each(single), || peer.light(HASHES));
    ratio("light-check-single", ours, theirs, 2.3);
    let light = ours / f64::from(HASHES);

    // Eight at a time as the goal has it, and as many as header sync takes at a time.
    for (name, batch) in [
        ("light-check-batch-of-8", 8),
        ("light-check-batch-of-64", 64),
    ] {
        let batches = || {
            let jobs: Vec<_> = nonces().map(|nonce| (SEAL_HASH, nonce << 32)).collect();
            for jobs in jobs.chunks(batch) {
                black_box(light_hashes(&cache, dataset_size(0), jobs));
            }
        };
        let (ours, theirs) = alternate_on_cpu(batches, || peer.light(HASHES));
        ratio(name, ours, theirs, 10.0);
    }

    let mix = light_hash(&cache, dataset_size(0), &SEAL_HASH, 1).mix_hash;
    let quick = || {
        (0..u64::from(QUICK_CHECKS))
            .filter(|nonce| quick_check(&SEAL_HASH, *nonce, &mix, &[255; 32]).is_ok())
            .count()
    };
    let (quick, _) = alternate_on_cpu(quick, || ());
    let quick = quick / f64::from(QUICK_CHECKS);
    ratio("quick-check-over-light-check", quick, light, 1_500.0);

    items(&cache, peer);
}

/// Items of the dataset, in order as a build computes them.
fn items(cache: &LightCache, peer: &Peer) {
    let mut bytes = vec![0; 64 * ITEMS.0 as usize];
    let mut first = 0;
    let ours = || {
        first += ITEMS.0;
        cache.write_items(first, &mut bytes);
        black_box(bytes.last().copied())
    };
    let mut next = 0;
    let theirs = || {
        next += ITEMS.1;
        peer.items(next, ITEMS.1);
    };
    let (ours, theirs) = alternate_on_cpu(ours, theirs);
    ratio(
        "dataset-per-core",
        ours / f64::from(ITEMS.0),
        theirs / f64::from(ITEMS.1),
        14.0,
    );
}
