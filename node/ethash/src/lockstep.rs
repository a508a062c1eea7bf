//! The kernels that everything waits for: growing the cache, and items of the dataset side by side.
//!
//! Each step of an item waits for memory and says where the next one reads: alone, an item is nothing but
//! waiting. Side by side their waits overlap, which is worth more than any arithmetic. On x86-64 with AVX2
//! the same code is compiled a second time with 256-bit words; this is the only unsafe of the crate.
#![allow(unsafe_code)]

use crate::keccak::{keccak512, keccak512_rows, keccak512_words};
use crate::{ROW_WORDS, fnv};

/// Rows of the cache that go into one item.
const PARENTS: u32 = 256;
/// Passes of RandMemoHash over the cache.
const ROUNDS: usize = 3;

/// Sixteen words, on a cache line of their own.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Row(pub(crate) [u32; ROW_WORDS]);

/// Runs a function compiled for AVX2 where the processor has it, and compiled plainly elsewhere.
macro_rules! widest {
    ($wide:ident($($argument:expr),*), $plain:ident) => {{
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2")
            && std::arch::is_x86_feature_detected!("bmi1")
            && std::arch::is_x86_feature_detected!("bmi2")
        {
            // SAFETY: the function is safe code compiled for AVX2, BMI1 and BMI2, and this processor has them.
            return unsafe { $wide($($argument),*) };
        }
        $plain($($argument),*)
    }};
}

/// Computes items `indices` of the dataset from the rows of its cache.
///
/// The cache has 1 to 2^32 - 1 rows.
pub(crate) fn items<const K: usize>(rows: &[Row], indices: [u32; K]) -> [[u32; ROW_WORDS]; K] {
    widest!(items_wide(rows, indices), items_plain)
}

/// Grows the rows of a cache from its seed: a chain of Keccaks, then RandMemoHash over it.
///
/// `count` is 1 to 2^32 - 1.
pub(crate) fn grow(count: usize, seed: &[u8; 32]) -> Vec<Row> {
    widest!(grow_wide(count, seed), grow_plain)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn items_wide<const K: usize>(rows: &[Row], indices: [u32; K]) -> [[u32; ROW_WORDS]; K] {
    items_plain(rows, indices)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn grow_wide(count: usize, seed: &[u8; 32]) -> Vec<Row> {
    grow_plain(count, seed)
}

#[inline(always)]
fn items_plain<const K: usize>(rows: &[Row], indices: [u32; K]) -> [[u32; ROW_WORDS]; K] {
    let count = Modulus::new(u32::try_from(rows.len()).expect("a cache has fewer than 2^32 rows"));
    let mut mixes = indices.map(|index| {
        let mut mix = rows[count.remainder(index)];
        mix.0[0] ^= index;
        mix
    });
    hash_all(&mut mixes);
    for parent in 0..PARENTS {
        let word = parent as usize % ROW_WORDS;
        for (mix, index) in mixes.iter_mut().zip(indices) {
            let row = &rows[count.remainder(fnv(index ^ parent, mix.0[word]))];
            for (word, other) in mix.0.iter_mut().zip(row.0) {
                *word = fnv(*word, other);
            }
        }
    }
    hash_all(&mut mixes);
    mixes.map(|mix| mix.0)
}

/// Replaces each row by its Keccak-512, four at a time.
#[inline(always)]
fn hash_all(rows: &mut [Row]) {
    let (fours, rest) = rows.as_chunks_mut::<4>();
    for four in fours {
        *four = keccak512_rows(&four.map(|row| row.0)).map(Row);
    }
    for row in rest {
        *row = Row(keccak512_words(&row.0));
    }
}

#[inline(always)]
fn grow_plain(count: usize, seed: &[u8; 32]) -> Vec<Row> {
    let mut rows = Vec::with_capacity(count);
    let mut row = keccak512(&[seed]);
    rows.push(Row(row));
    while rows.len() < count {
        row = keccak512_words(&row);
        rows.push(Row(row));
    }
    let modulus = Modulus::new(u32::try_from(count).expect("a cache has fewer than 2^32 rows"));
    for _ in 0..ROUNDS {
        let mut before = rows[count - 1].0;
        for at in 0..count {
            let other = &rows[modulus.remainder(rows[at].0[0])];
            before
                .iter_mut()
                .zip(other.0)
                .for_each(|(word, other)| *word ^= other);
            before = keccak512_words(&before);
            rows[at] = Row(before);
        }
    }
    rows
}

/// Remainders by one divisor without dividing (Lemire, Kaser, Kurz: Faster remainder by direct computation).
#[derive(Clone, Copy)]
struct Modulus {
    divisor: u32,
    inverse: u64,
}

impl Modulus {
    const fn new(divisor: u32) -> Self {
        Self {
            divisor,
            inverse: (u64::MAX / divisor as u64).wrapping_add(1),
        }
    }

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation)] // the product's high half is below the divisor
    const fn remainder(self, n: u32) -> usize {
        let fraction = self.inverse.wrapping_mul(n as u64);
        ((fraction as u128 * self.divisor as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remainders_are_those_of_division() {
        for divisor in [1, 2, 3, 16, 262_139, 4_454_459, u32::MAX] {
            let modulus = Modulus::new(divisor);
            for n in [
                0,
                1,
                2,
                15,
                16,
                17,
                262_138,
                262_139,
                262_140,
                u32::MAX - 1,
                u32::MAX,
            ] {
                assert_eq!(
                    modulus.remainder(n),
                    (n % divisor) as usize,
                    "{n} % {divisor}"
                );
            }
        }
    }

    #[test]
    fn both_builds_of_the_kernel_agree_for_any_number_of_lanes() {
        let rows: Vec<Row> = (0..31)
            .map(|row| Row([u32::wrapping_mul(row, 0x9e37_79b9); ROW_WORDS]))
            .collect();
        let indices: [u32; 16] =
            std::array::from_fn(|at| u32::try_from(at).expect("16 lanes") * 77);
        for (index, item) in indices.into_iter().zip(items(&rows, indices)) {
            assert_eq!([item], items_plain(&rows, [index]));
        }
    }
}
