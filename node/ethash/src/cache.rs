//! The light cache: enough to compute any item of the dataset, at 256 times the work.
use crate::memory::Memory;
use crate::{ROW, ROW_WORDS, lockstep};

/// The cache of one epoch.
pub struct LightCache {
    rows: Memory,
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
        let mut rows = Memory::zeroed(count * ROW);
        let (grown, _) = rows.bytes_mut().as_chunks_mut();
        lockstep::grow(grown, seed);
        Self { rows }
    }

    /// Returns the size in bytes.
    pub fn size(&self) -> u64 {
        self.rows.bytes().len() as u64
    }

    /// Returns a row as bytes.
    #[cfg(test)]
    pub(crate) fn row_bytes(&self, row: u64) -> [u8; ROW] {
        self.rows.bytes().as_chunks().0[usize::try_from(row).expect("a row")]
    }

    /// Computes items of the dataset, side by side.
    pub(crate) fn items<const K: usize>(&self, indices: [u32; K]) -> [[u32; ROW_WORDS]; K] {
        lockstep::items(self.rows.bytes().as_chunks().0, indices)
    }
}
