//! How large the cache and the dataset of an epoch are, and the seed they grow from.
use crate::keccak::keccak256;
use crate::{PAGE, ROW};

/// Cache of epoch 0, before the search for a prime: 2^24 bytes, 2^17 more each epoch.
const CACHE_BYTES: u64 = 1 << 24;
const CACHE_GROWTH: u64 = 1 << 17;
/// Dataset of epoch 0, before the search for a prime: 2^30 bytes, 2^23 more each epoch.
const DATASET_BYTES: u64 = 1 << 30;
const DATASET_GROWTH: u64 = 1 << 23;

/// Returns the size of an epoch's cache in bytes: the largest prime number of rows below a line that grows.
pub fn cache_size(epoch: u32) -> u64 {
    largest_prime_multiple(CACHE_BYTES + CACHE_GROWTH * u64::from(epoch), ROW as u64)
}

/// Returns the size of an epoch's dataset in bytes: the largest prime number of pages below a line that grows.
pub fn dataset_size(epoch: u32) -> u64 {
    largest_prime_multiple(
        DATASET_BYTES + DATASET_GROWTH * u64::from(epoch),
        PAGE as u64,
    )
}

/// Returns the seed of an epoch: Keccak-256 applied that many times to 32 zero bytes.
pub fn seed_hash(epoch: u32) -> [u8; 32] {
    (0..epoch).fold([0; 32], |seed, _| keccak256(&[&seed]))
}

fn largest_prime_multiple(line: u64, unit: u64) -> u64 {
    let mut count = line / unit - 1;
    while !is_prime(count) {
        count -= 2;
    }
    count * unit
}

/// Trial division; `n` is odd and below 2^33 for every epoch a 32-bit height can reach.
fn is_prime(n: u64) -> bool {
    n % 2 == 1
        && (3..)
            .step_by(2)
            .take_while(|d| d * d <= n)
            .all(|d| !n.is_multiple_of(d))
}
