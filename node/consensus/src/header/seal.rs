//! The seal beside a header: which Ethash proves it.
use moneta_chain::{EthashSize, Height, Params, SealedHeader, seal_hash};
use moneta_ethash::{
    LightCache, SealError, cache_size, dataset_size, light_hashes, quick_check, seed_hash,
};

use super::{HeaderError, SealBudget};

/// Computes the light cache that seals of `epoch` are checked with.
///
/// Ask only for epochs of heights that stand on verified headers: a cache costs time, and nobody should be
/// able to make us compute one by a mere claim.
pub fn light_cache(params: &Params, epoch: u32) -> LightCache {
    let size = match params.ethash {
        EthashSize::Standard => cache_size(epoch),
        EthashSize::Fixed { cache, .. } => cache,
    };
    LightCache::new(size, &seed_hash(epoch))
}

/// Returns how many bytes the full dataset of `epoch` has.
pub fn full_size(params: &Params, epoch: u32) -> u64 {
    match params.ethash {
        EthashSize::Standard => dataset_size(epoch),
        EthashSize::Fixed { dataset, .. } => dataset,
    }
}

/// Takes the claimed mix at its word: two Keccaks.
pub(super) fn check_quickly(sealed: &SealedHeader) -> Result<(), SealError> {
    quick_check(
        &seal_hash(&sealed.header),
        sealed.seal.nonce,
        &sealed.seal.mix_hash,
        &sealed.header.target().to_be_bytes(),
    )
}

/// Makes the memory-hard check of headers that stand on a verified one at height `verified`, all of one epoch, which have passed the
/// quick one. On failure returns how many hold before the one that does not.
///
/// # Consensus
/// > 8.8 A seal MUST be one for which Ethash of (epoch, seal hash, nonce) yields exactly its mix hash and a
/// > result that, read big-endian, is not above the target. The epoch is the height divided by 262,144,
/// > rounded down.
pub(super) fn check_fully(
    run: &[SealedHeader],
    verified: Height,
    params: &Params,
    budget: &dyn SealBudget,
) -> Result<(), (usize, HeaderError)> {
    if !budget.spend(run.len()) {
        return Err((0, HeaderError::OverBudget));
    }
    let epoch = params.epoch(verified.next());
    let jobs: Vec<([u8; 32], u64)> = run
        .iter()
        .map(|sealed| (seal_hash(&sealed.header), sealed.seal.nonce))
        .collect();
    let hashed = light_hashes(
        &budget.light_cache(verified),
        full_size(params, epoch),
        &jobs,
    );
    // The quick check held for the claimed mix; so if the claim is true, the result is not above the target.
    let wrong = run
        .iter()
        .zip(&hashed)
        .position(|(sealed, hashed)| sealed.seal.mix_hash != hashed.mix_hash);
    match wrong {
        Some(index) => Err((index, SealError::WrongMix.into())),
        None => Ok(()),
    }
}
