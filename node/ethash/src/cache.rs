//! The light cache: enough to compute any item of the dataset, at 256 times the work.
use crate::keccak::{keccak512, keccak512_words};
use crate::lockstep::{self, Row};
use crate::{ROW, ROW_WORDS};

/// Passes of RandMemoHash over the cache.
const ROUNDS: usize = 3;

/// The cache of one epoch.
pub struct LightCache {
    rows: Vec<Row>,
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
        rows.push(Row(row));
        while rows.len() < count {
            row = keccak512_words(&row);
            rows.push(Row(row));
        }
        for _ in 0..ROUNDS {
            for at in 0..count {
                let mut mixed = rows[(at + count - 1) % count].0;
                let other = rows[rows[at].0[0] as usize % count].0;
                mixed
                    .iter_mut()
                    .zip(other)
                    .for_each(|(word, other)| *word ^= other);
                rows[at] = Row(keccak512_words(&mixed));
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
        crate::keccak::bytes(&self.rows[usize::try_from(row).expect("a row")].0)
    }

    /// Computes items of the dataset, side by side.
    pub(crate) fn items<const K: usize>(&self, indices: [u32; K]) -> [[u32; ROW_WORDS]; K] {
        lockstep::items(&self.rows, indices)
    }
}
