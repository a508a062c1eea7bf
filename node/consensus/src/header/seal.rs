//! The seal beside a header: which Ethash proves it.
use moneta_chain::{Height, Params, SealedHeader, seal_hash};
use moneta_ethash::{LightCache, SealError, check_seal, seed_hash};

/// Computes the light cache that seals at `height` are checked with.
///
/// It holds for the whole epoch of that height; keep it. Ask only for heights that stand on verified
/// headers: a cache costs time, and nobody should be able to make us compute one by a mere claim.
pub fn light_cache(params: &Params, height: Height) -> LightCache {
    LightCache::new(params.cache_size as u64, &seed_hash(params.epoch(height)))
}

/// Checks the seal: two Keccaks over the claimed mix first, then Ethash itself.
///
/// # Consensus
/// > A seal is valid when Ethash of (epoch, seal hash, nonce) yields exactly its mix hash and a result
/// > that, read big-endian, is not above the target. (MIP-8, rule 5)
pub(super) fn check(
    sealed: &SealedHeader,
    params: &Params,
    light: &LightCache,
) -> Result<(), SealError> {
    check_seal(
        light,
        params.dataset_size as u64,
        &seal_hash(&sealed.header),
        sealed.seal.nonce,
        &sealed.seal.mix_hash,
        &sealed.header.target().to_be_bytes(),
    )
}
