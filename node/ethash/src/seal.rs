//! Whether a nonce and a mix prove the work that a target asks for.
use crate::LightCache;
use crate::hash::{claimed_result, light_hash, light_hashes};

/// Why a seal proves nothing. It condemns the message that carried it, never the header's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The result is above the target, if the claimed mix is taken at its word.
    #[error("the seal's result is above the target")]
    AboveTarget,
    /// The mix is not what Ethash yields for this nonce.
    #[error("the seal's mix is not what Ethash yields for its nonce")]
    WrongMix,
}

impl SealError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AboveTarget => "seal.above_target",
            Self::WrongMix => "seal.wrong_mix",
        }
    }
}

/// Takes the claimed mix at its word: two Keccaks, some thousand times cheaper than the whole check.
///
/// # Errors
/// The result is above `target` (32 bytes, big endian).
pub fn quick_check(
    seal_hash: &[u8; 32],
    nonce: u64,
    mix_hash: &[u8; 32],
    target: &[u8; 32],
) -> Result<(), SealError> {
    // Both are big endian, so comparing bytes compares numbers.
    if claimed_result(seal_hash, nonce, mix_hash) <= *target {
        Ok(())
    } else {
        Err(SealError::AboveTarget)
    }
}

/// Checks a seal whole: the quick check first, then the memory-hard one.
///
/// # Errors
/// The result is above the target, or the mix is not Ethash's.
pub fn check_seal(
    cache: &LightCache,
    dataset_size: u64,
    seal_hash: &[u8; 32],
    nonce: u64,
    mix_hash: &[u8; 32],
    target: &[u8; 32],
) -> Result<(), SealError> {
    quick_check(seal_hash, nonce, mix_hash, target)?;
    let hashed = light_hash(cache, dataset_size, seal_hash, nonce);
    if hashed.mix_hash == *mix_hash {
        Ok(())
    } else {
        Err(SealError::WrongMix)
    }
}

/// A seal with what it is to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealClaim {
    /// The hash of the header it stands beside.
    pub seal_hash: [u8; 32],
    /// The nonce that was found.
    pub nonce: u64,
    /// The mix that Ethash is said to yield for it.
    pub mix_hash: [u8; 32],
    /// What the result may not exceed: 32 bytes, big endian.
    pub target: [u8; 32],
}

/// Checks seals of one epoch as [`check_seal`] does each, several times faster a seal. Only those that pass
/// the quick check cost more than that.
pub fn check_seals(
    cache: &LightCache,
    dataset_size: u64,
    claims: &[SealClaim],
) -> Vec<Result<(), SealError>> {
    let mut checked: Vec<Result<(), SealError>> = claims
        .iter()
        .map(|claim| {
            quick_check(
                &claim.seal_hash,
                claim.nonce,
                &claim.mix_hash,
                &claim.target,
            )
        })
        .collect();
    let (jobs, places): (Vec<_>, Vec<_>) = claims
        .iter()
        .zip(0..)
        .filter(|&(_, place)| checked[place].is_ok())
        .map(|(claim, place)| ((claim.seal_hash, claim.nonce), place))
        .unzip();
    for (hashed, place) in light_hashes(cache, dataset_size, &jobs)
        .into_iter()
        .zip(places)
    {
        if hashed.mix_hash != claims[place].mix_hash {
            checked[place] = Err(SealError::WrongMix);
        }
    }
    checked
}
