//! Ethash (revision 23), bit for bit: sizes, seeds, light cache, full dataset, hash, seal check.
//!
//! Knows bytes only: no header, no height, no network. A header is proven by its seal hash (32 bytes), a
//! nonce and a mix; a target is 32 bytes, big endian. Sizes are arguments, so the tiny sizes of the dev
//! network run the same code as the real ones. All words are little endian, as the algorithm has it.
//!
//! Source: the Ethash specification, revision 23; checked against published vectors and the `ethash` crate.
#![doc = include_str!("../README.md")]

mod cache;
mod caches;
mod dataset;
mod hash;
mod keccak;
mod lockstep;
mod memory;
mod modulus;
mod permutation;
mod seal;
mod size;
#[cfg(test)]
mod tests;

pub use cache::LightCache;
pub use caches::Caches;
pub use dataset::Dataset;
pub use hash::{Hashed, full_hash, full_hashes, light_hash, light_hashes};
pub use seal::{SealClaim, SealError, check_seal, check_seals, quick_check};
pub use size::{cache_size, dataset_size, seed_hash};

/// Bytes in a row of the cache and in an item of the dataset.
const ROW: usize = 64;
/// Bytes in a page of the dataset: what one access reads.
const PAGE: usize = 128;
/// 32-bit words in a row.
const ROW_WORDS: usize = ROW / 4;
/// 32-bit words in a page.
const PAGE_WORDS: usize = PAGE / 4;

/// The mixing step of the specification: (a * prime) xor b.
const fn fnv(a: u32, b: u32) -> u32 {
    a.wrapping_mul(0x0100_0193) ^ b
}
