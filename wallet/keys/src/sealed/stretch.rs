//! Passphrase -> key by Argon2id (RFC 9106), with bounds checked before any memory is taken.
use argon2::{Algorithm, Argon2, Block, Params, Version};
use zeroize::{Zeroize, Zeroizing};

use super::format::SALT_LEN;
use super::{SealError, SealKey};

/// What stretching a passphrase costs. Stored beside the secret, so later programs may ask more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassphraseCost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl PassphraseCost {
    /// RFC 9106's second choice, for machines without gigabytes to spare: 64 MiB, 3 passes, 4 lanes.
    pub const STANDARD: Self = Self {
        memory_kib: 65_536,
        passes: 3,
        lanes: 4,
    };
    /// The least that is accepted. For tests, and for passphrases that are themselves random keys.
    pub const LOWEST: Self = Self {
        memory_kib: 1_024,
        passes: 1,
        lanes: 1,
    };

    /// Takes 1 MiB to 1 GiB of memory, 1 to 16 passes, 1 to 16 lanes.
    ///
    /// # Errors
    /// A number is out of these bounds.
    pub const fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, SealError> {
        let bounded = memory_kib >= 1_024
            && memory_kib <= 1_048_576
            && passes >= 1
            && passes <= 16
            && lanes >= 1
            && lanes <= 16;
        if !bounded {
            return Err(SealError::CostOutOfBounds {
                memory_kib,
                passes,
                lanes,
            });
        }
        Ok(Self {
            memory_kib,
            passes,
            lanes,
        })
    }

    /// Returns the memory in KiB.
    pub const fn memory_kib(&self) -> u32 {
        self.memory_kib
    }

    /// Returns the number of passes over the memory.
    pub const fn passes(&self) -> u32 {
        self.passes
    }

    /// Returns the number of lanes.
    pub const fn lanes(&self) -> u32 {
        self.lanes
    }
}

/// Stretches `passphrase`; the memory it took is wiped.
pub(super) fn stretch(
    passphrase: &str,
    salt: &[u8; SALT_LEN],
    cost: PassphraseCost,
) -> Result<SealKey, SealError> {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32))
        .expect("the bounds are narrower than Argon2's own");
    let mut memory: Vec<Block> = Vec::new();
    memory
        .try_reserve_exact(params.block_count())
        .map_err(|_| SealError::NoMemory {
            memory_kib: cost.memory_kib,
        })?;
    memory.resize(params.block_count(), Block::default());
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(
            passphrase.as_bytes(),
            salt,
            key.as_mut_slice(),
            &mut memory,
        )
        .expect("lengths are within Argon2's bounds");
    memory.iter_mut().for_each(Zeroize::zeroize);
    Ok(SealKey::from_bytes(&key))
}
