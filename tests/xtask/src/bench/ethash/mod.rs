//! Our Ethash against the `ethash` 0.4 crate and against the machine's memory, at the sizes of epoch 0.

mod full;
mod light;
mod peer;

use moneta_ethash::{LightCache, cache_size, seed_hash};
use peer::Peer;

/// A seal hash like any other.
const SEAL_HASH: [u8; 32] = [7; 32];

/// Runs the comparisons that need no dataset; with `--dataset` the others too.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let peer = Peer::new()?;
    light::run(&peer);
    if args.iter().any(|arg| arg == "--dataset") {
        full::run()?;
    }
    Ok(())
}

/// The light cache of epoch 0.
fn cache() -> LightCache {
    LightCache::new(cache_size(0), &seed_hash(0))
}
