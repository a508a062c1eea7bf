//! The full dataset: what miners read at random.
use crate::keccak::bytes;
use crate::{LightCache, PAGE, ROW};

/// Items that are computed side by side.
const LANES: usize = 16;
/// Their numbers, as items are counted.
const LANE_NUMBERS: [u32; LANES] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

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
        let mut dataset = Vec::with_capacity(size);
        // A page is two items, so sixteen may reach beyond the end: what is too much is cut off.
        for first in (0..items).step_by(LANES) {
            let lanes: [u32; LANES] =
                std::array::from_fn(|lane| first.saturating_add(LANE_NUMBERS[lane]));
            dataset.extend(cache.items(lanes).iter().flat_map(bytes));
        }
        dataset.truncate(size);
        let bytes = dataset;
        Self { bytes }
    }

    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}
