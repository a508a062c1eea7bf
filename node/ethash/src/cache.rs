//! The light cache: enough to compute any item of the dataset, at 256 times the work.
use crate::keccak::{keccak512, keccak512_words};
use crate::{ROW, ROW_WORDS, fnv};

/// Passes of RandMemoHash over the cache.
const ROUNDS: usize = 3;
/// Rows of the cache that go into one item.
const PARENTS: u32 = 256;

/// The cache of one epoch.
pub struct LightCache {
    rows: Vec<[u32; ROW_WORDS]>,
}

impl LightCache {
    /// Grows the cache of `size` bytes from its seed. `size` is a multiple of 64 and not 0 in every network.
    ///
    /// # Panics
    /// `size` is less than one row, or has 2^32 rows or more.
    pub fn new(size: u64, seed: &[u8; 32]) -> Self {
        let count = usize::try_from(size).expect("a cache fits into memory") / ROW;
        assert!(
            count > 0 && u32::try_from(count).is_ok(),
            "a cache has 1 to 2^32 - 1 rows"
        );
        let mut rows = Vec::with_capacity(count);
        let mut row = keccak512(&[seed]);
        rows.push(row);
        while rows.len() < count {
            row = keccak512_words(&row);
            rows.push(row);
        }
        for _ in 0..ROUNDS {
            for at in 0..count {
                let before = rows[(at + count - 1) % count];
                let other = rows[rows[at][0] as usize % count];
                let mut mixed = before;
                mixed
                    .iter_mut()
                    .zip(other)
                    .for_each(|(word, other)| *word ^= other);
                rows[at] = keccak512_words(&mixed);
            }
        }
        Self { rows }
    }

    /// Returns the size in bytes.
    pub fn size(&self) -> u64 {
        (self.rows.len() * ROW) as u64
    }

    /// Returns a row as bytes.
    #[cfg(test)]
    pub(crate) fn row_bytes(&self, row: u64) -> [u8; ROW] {
        crate::keccak::bytes(&self.rows[usize::try_from(row).expect("a row")])
    }

    /// Computes item `index` of the dataset.
    pub(crate) fn item(&self, index: u32) -> [u32; ROW_WORDS] {
        // The constructor keeps the count below 2^32.
        let count = u32::try_from(self.rows.len()).expect("a cache has fewer than 2^32 rows");
        let mut mix = self.rows[(index % count) as usize];
        mix[0] ^= index;
        mix = keccak512_words(&mix);
        for parent in 0..PARENTS {
            let at = fnv(index ^ parent, mix[parent as usize % ROW_WORDS]) % count;
            let row = &self.rows[at as usize];
            mix.iter_mut()
                .zip(row)
                .for_each(|(word, other)| *word = fnv(*word, *other));
        }
        keccak512_words(&mix)
    }
}
