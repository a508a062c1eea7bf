//! Our Ethash against the `ethash` 0.4 crate, at the sizes of epoch 0.
use moneta_ethash::{
    LightCache, cache_size, dataset_size, light_hash, light_hashes, quick_check, seed_hash,
};

use super::rounds::{alternate, ratio};

/// Runs every comparison that needs no dataset.
pub(crate) fn run(_args: &[String]) -> anyhow::Result<()> {
    let seed = seed_hash(0);
    let (cache_len, dataset_len) = (cache_size(0), dataset_size(0));
    let theirs_len = usize::try_from(cache_len)?;
    let (ours, theirs) = alternate(
        || LightCache::new(cache_len, &seed),
        || {
            let mut cache = vec![0; theirs_len];
            ethash::make_cache(&mut cache, seed.into());
            cache
        },
    );
    ratio("cache-build", ours, theirs, 1.1);

    let cache = LightCache::new(cache_len, &seed);
    let mut their_cache = vec![0; theirs_len];
    ethash::make_cache(&mut their_cache, seed.into());
    let their_size = usize::try_from(dataset_len)?;
    let mut nonce = 0_u64;
    let mut their_nonce = 0_u64;
    let mut theirs_light = || {
        their_nonce += 1;
        ethash::hashimoto_light(
            [7; 32].into(),
            their_nonce.to_be_bytes().into(),
            their_size,
            &their_cache,
        )
    };
    let (ours, theirs) = alternate(
        || {
            for _ in 0..8 {
                nonce += 1;
                std::hint::black_box(light_hash(&cache, dataset_len, &[7; 32], nonce));
            }
        },
        || {
            for _ in 0..8 {
                std::hint::black_box(theirs_light());
            }
        },
    );
    ratio("light-check-single", ours, theirs, 2.3);
    let single = ours / 8.0;

    let (ours, theirs) = alternate(
        || {
            let jobs: Vec<_> = (0..8)
                .map(|_| {
                    nonce += 1;
                    ([7; 32], nonce)
                })
                .collect();
            light_hashes(&cache, dataset_len, &jobs)
        },
        || {
            for _ in 0..8 {
                std::hint::black_box(theirs_light());
            }
        },
    );
    ratio("light-check-batch-of-8", ours, theirs, 10.0);

    let hashed = light_hash(&cache, dataset_len, &[7; 32], 1);
    let (quick, _) = alternate(
        || {
            for nonce in 0..1_000 {
                let _ = std::hint::black_box(quick_check(
                    &[7; 32],
                    nonce,
                    &hashed.mix_hash,
                    &[255; 32],
                ));
            }
        },
        || (),
    );
    ratio(
        "quick-check-over-light-check",
        quick / 1_000.0,
        single,
        1_500.0,
    );
    println!("single light check {:.0} us", single * 1e6);
    Ok(())
}
