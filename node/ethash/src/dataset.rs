//! The full dataset: what miners read at random.
use crate::keccak::bytes;
use crate::{LightCache, PAGE, ROW};

/// A dataset in memory, as a miner wants it.
pub struct Dataset {
    bytes: Vec<u8>,
}

impl Dataset {
    /// Computes the whole dataset of `size` bytes from its cache.
    ///
    /// # Panics
    /// `size` is less than one page, or larger than memory can hold.
    pub fn new(cache: &LightCache, size: u64) -> Self {
        let size = usize::try_from(size).expect("a dataset fits into memory") / PAGE * PAGE;
        assert!(size > 0, "a dataset has a page at least");
        let items = u32::try_from(size / ROW).expect("a dataset has fewer than 2^32 items");
        let bytes = (0..items)
            .flat_map(|index| bytes(&cache.item(index)))
            .collect();
        Self { bytes }
    }

    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}
