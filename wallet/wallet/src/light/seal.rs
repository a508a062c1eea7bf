//! Ethash seals of consecutive blocks, one light cache at a time.
use moneta_chain::{EthashSize, Height, Params, SealedHeader, seal_hash};
use moneta_ethash::{LightCache, cache_size, check_seal, dataset_size, seed_hash};

/// Checks seals; keeps the cache of the epoch it saw last.
pub(super) struct SealCheck<'a> {
    params: &'a Params,
    cache: Option<(u32, LightCache)>,
}

impl<'a> SealCheck<'a> {
    /// Begins without a cache.
    pub(super) const fn new(params: &'a Params) -> Self {
        Self {
            params,
            cache: None,
        }
    }

    /// Tells whether the seal proves the work that the header claims.
    pub(super) fn holds(&mut self, sealed: &SealedHeader, height: Height) -> bool {
        let epoch = self.params.epoch(height);
        let (cache_bytes, dataset_bytes) = match self.params.ethash {
            EthashSize::Standard => (cache_size(epoch), dataset_size(epoch)),
            EthashSize::Fixed { cache, dataset } => (cache, dataset),
        };
        let cache = match self.cache.take() {
            Some((known, cache)) if known == epoch => cache,
            _ => LightCache::new(cache_bytes, &seed_hash(epoch)),
        };
        let checked = check_seal(
            &cache,
            dataset_bytes,
            &seal_hash(&sealed.header),
            sealed.seal.nonce,
            &sealed.seal.mix_hash,
            &sealed.header.target().to_be_bytes(),
        );
        self.cache = Some((epoch, cache));
        checked.is_ok()
    }
}
