//! The kernels that everything waits for: growing the cache, items of the dataset, and full hashes, each side
//! by side with others.
//!
//! Each step waits for memory and says where the next one reads: alone, a hash is nothing but waiting. Side by
//! side the waits overlap, which is worth more than any arithmetic; and where the next step reads hangs on one
//! word of this one, so its line is asked for before the other fifteen are mixed. On x86-64 the same code is
//! compiled three times, for 512-bit and 256-bit words and plainly; this is the only unsafe of the crate.
#![allow(unsafe_code)]

use crate::keccak::{
    compressed_results, hash_all, keccak512, keccak512_words, seeds, words, write_words,
};
use crate::modulus::Modulus;
use crate::{PAGE, PAGE_WORDS, ROW, ROW_WORDS, fnv};

/// Rows of the cache that go into one item.
const PARENTS: u32 = 256;
/// Passes of RandMemoHash over the cache.
const ROUNDS: usize = 3;
/// Reads of the dataset in one hash.
pub(crate) const ACCESSES: u32 = 64;

/// Runs a function compiled for AVX-512 or AVX2 where the processor has it, and compiled plainly elsewhere.
macro_rules! widest {
    ($widest:ident, $wide:ident, $plain:ident($($argument:expr),*)) => {{
        #[cfg(target_arch = "x86_64")]
        {
            if has_512() {
                // SAFETY: the function is safe code compiled for features that this processor has.
                return unsafe { $widest($($argument),*) };
            }
            if has_256() {
                // SAFETY: the function is safe code compiled for features that this processor has.
                return unsafe { $wide($($argument),*) };
            }
        }
        $plain($($argument),*)
    }};
}

/// Compiles a plain function twice more, for wider words.
macro_rules! wider {
    ($widest:ident, $wide:ident, $plain:ident $(<$lanes:ident>)?
        ($($argument:ident: $type:ty),*) -> $result:ty) => {
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,avx2,bmi1,bmi2")]
        fn $widest $(<const $lanes: usize>)? ($($argument: $type),*) -> $result {
            $plain($($argument),*)
        }

        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2,bmi1,bmi2")]
        fn $wide $(<const $lanes: usize>)? ($($argument: $type),*) -> $result {
            $plain($($argument),*)
        }
    };
}

#[cfg(target_arch = "x86_64")]
fn has_256() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
        && std::arch::is_x86_feature_detected!("bmi1")
        && std::arch::is_x86_feature_detected!("bmi2")
}

#[cfg(target_arch = "x86_64")]
fn has_512() -> bool {
    has_256()
        && std::arch::is_x86_feature_detected!("avx512f")
        && std::arch::is_x86_feature_detected!("avx512vl")
        && std::arch::is_x86_feature_detected!("avx512dq")
        && std::arch::is_x86_feature_detected!("avx512bw")
}

/// Asks for the cache lines of some bytes without waiting for them.
#[inline(always)]
fn prefetch<const N: usize>(bytes: &[u8; N]) {
    #[cfg(target_arch = "x86_64")]
    for line in bytes.chunks(64) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: every x86-64 has SSE; a prefetch reads nothing, and the address is that of a live reference.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = bytes;
}

/// Computes items `indices` of the dataset from the rows of its cache.
///
/// The cache has 1 to 2^32 - 1 rows.
pub(crate) fn items<const K: usize>(
    rows: &[[u8; ROW]],
    indices: [u32; K],
) -> [[u32; ROW_WORDS]; K] {
    widest!(items_512, items_256, items_plain(rows, indices))
}

/// Grows the rows of a cache from its seed: a chain of Keccaks, then RandMemoHash over it.
///
/// There are 1 to 2^32 - 1 rows.
pub(crate) fn grow(rows: &mut [[u8; ROW]], seed: &[u8; 32]) {
    // Every state waits for the one before it, and a lone Keccak is no faster in wide words: AVX-512 moves
    // its words between the two kinds of registers instead.
    #[cfg(target_arch = "x86_64")]
    if has_256() {
        // SAFETY: the function is safe code compiled for features that this processor has.
        return unsafe { grow_256(rows, seed) };
    }
    grow_plain(rows, seed);
}

/// Hashes one seal hash with each nonce over the pages of the dataset: compressed mixes and results.
///
/// The dataset has 1 to 2^32 - 1 pages.
pub(crate) fn full<const K: usize>(
    pages: &[[u8; PAGE]],
    seal_hash: &[u8; 32],
    nonces: [u64; K],
) -> [([u8; 32], [u8; 32]); K] {
    widest!(full_512, full_256, full_plain(pages, seal_hash, nonces))
}

wider!(items_512, items_256, items_plain<K>(rows: &[[u8; ROW]], indices: [u32; K]) -> [[u32; ROW_WORDS]; K]);
wider!(full_512, full_256, full_plain<K>(pages: &[[u8; PAGE]], seal_hash: &[u8; 32], nonces: [u64; K])
    -> [([u8; 32], [u8; 32]); K]);

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn grow_256(rows: &mut [[u8; ROW]], seed: &[u8; 32]) {
    grow_plain(rows, seed);
}

#[inline(always)]
fn items_plain<const K: usize>(rows: &[[u8; ROW]], indices: [u32; K]) -> [[u32; ROW_WORDS]; K] {
    let count = Modulus::new(u32::try_from(rows.len()).expect("a cache has fewer than 2^32 rows"));
    let mut mixes = [[0; ROW_WORDS]; K];
    for (mix, index) in mixes.iter_mut().zip(indices) {
        *mix = words(&rows[count.remainder(index)]);
        mix[0] ^= index;
    }
    hash_all(&mut mixes);
    let parent = |lane: usize, parent: u32, word: u32| {
        let row = &rows[count.remainder(fnv(indices[lane] ^ parent, word))];
        prefetch(row);
        row
    };
    let mut parents = [&rows[0]; K];
    for lane in 0..K {
        parents[lane] = parent(lane, 0, mixes[lane][0]);
    }
    for next in 1..=PARENTS {
        let word = next as usize % ROW_WORDS;
        for lane in 0..K {
            let row = words(parents[lane]);
            let mix = &mut mixes[lane];
            // After the last parent this looks one further, for nothing; that is cheaper than to ask.
            parents[lane] = parent(lane, next, fnv(mix[word], row[word]));
            for (word, other) in mix.iter_mut().zip(row) {
                *word = fnv(*word, other);
            }
        }
    }
    hash_all(&mut mixes);
    mixes
}

#[inline(always)]
fn full_plain<const K: usize>(
    pages: &[[u8; PAGE]],
    seal_hash: &[u8; 32],
    nonces: [u64; K],
) -> [([u8; 32], [u8; 32]); K] {
    let count =
        Modulus::new(u32::try_from(pages.len()).expect("a dataset has fewer than 2^32 pages"));
    let seeds = seeds(seal_hash, nonces);
    let mut mixes = [[0; PAGE_WORDS]; K];
    for (mix, seed) in mixes.iter_mut().zip(&seeds) {
        mix[..ROW_WORDS].copy_from_slice(seed);
        mix[ROW_WORDS..].copy_from_slice(seed);
    }
    let page = |lane: usize, access: u32, word: u32| {
        let page = &pages[count.remainder(fnv(access ^ seeds[lane][0], word))];
        prefetch(page);
        page
    };
    let mut read = [&pages[0]; K];
    for lane in 0..K {
        read[lane] = page(lane, 0, mixes[lane][0]);
    }
    for next in 1..=ACCESSES {
        let word = next as usize % PAGE_WORDS;
        for lane in 0..K {
            let (halves, _) = read[lane].as_chunks::<ROW>();
            let mix = &mut mixes[lane];
            let there = read[lane].as_chunks::<4>().0[word];
            // As above: the last look is for nothing.
            read[lane] = page(lane, next, fnv(mix[word], u32::from_le_bytes(there)));
            for (mix, half) in mix.as_chunks_mut::<ROW_WORDS>().0.iter_mut().zip(halves) {
                for (word, other) in mix.iter_mut().zip(words(half)) {
                    *word = fnv(*word, other);
                }
            }
        }
    }
    compressed_results(&seeds, &mixes)
}

#[inline(always)]
fn grow_plain(rows: &mut [[u8; ROW]], seed: &[u8; 32]) {
    let mut before = keccak512(&[seed]);
    for (at, row) in rows.iter_mut().enumerate() {
        if at > 0 {
            before = keccak512_words(&before);
        }
        write_words(row, &before);
    }
    let count = Modulus::new(u32::try_from(rows.len()).expect("a cache has fewer than 2^32 rows"));
    for _ in 0..ROUNDS {
        before = words(rows.last().expect("a cache has a row at least"));
        for at in 0..rows.len() {
            let other = &rows[count.remainder(words(&rows[at])[0])];
            before
                .iter_mut()
                .zip(words(other))
                .for_each(|(word, other)| *word ^= other);
            before = keccak512_words(&before);
            write_words(&mut rows[at], &before);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows that look like chance.
    fn rows<const N: usize>(count: u32) -> Vec<[u8; N]> {
        let mut state = 1_u32;
        (0..count)
            .map(|_| {
                std::array::from_fn(|_| {
                    state = state.wrapping_mul(0x9e37_79b9).rotate_left(7) ^ 5;
                    state.to_le_bytes()[2]
                })
            })
            .collect()
    }

    #[test]
    fn every_build_of_the_item_kernel_agrees_with_an_item_alone() {
        let rows = rows(31);
        let indices: [u32; 19] = std::array::from_fn(|at| u32::try_from(at).expect("few") * 77);
        let alone = indices.map(|index| items_plain(&rows, [index])[0]);
        assert_eq!(items_plain(&rows, indices), alone);
        assert_eq!(items(&rows, indices), alone);
        #[cfg(target_arch = "x86_64")]
        if has_256() {
            // SAFETY: this processor has what the function was compiled for.
            assert_eq!(unsafe { items_256(&rows, indices) }, alone);
        }
    }

    #[test]
    fn every_build_of_the_full_kernel_agrees_with_a_hash_alone() {
        let pages = rows(257);
        let nonces: [u64; 19] = std::array::from_fn(|at| at as u64 * 0x1234_5678_9abc);
        let alone = nonces.map(|nonce| full_plain(&pages, &[3; 32], [nonce])[0]);
        assert_eq!(full_plain(&pages, &[3; 32], nonces), alone);
        assert_eq!(full(&pages, &[3; 32], nonces), alone);
        #[cfg(target_arch = "x86_64")]
        if has_256() {
            // SAFETY: this processor has what the function was compiled for.
            assert_eq!(unsafe { full_256(&pages, &[3; 32], nonces) }, alone);
        }
    }

    #[test]
    fn both_builds_of_the_growing_kernel_agree() {
        let (mut plain, mut best) = ([[0; ROW]; 17], [[0; ROW]; 17]);
        grow_plain(&mut plain, &[9; 32]);
        grow(&mut best, &[9; 32]);
        assert_eq!(plain, best);
    }
}
