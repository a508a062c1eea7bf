//! The full dataset: what miners read at random.
use std::num::NonZero;
use std::thread::{available_parallelism, scope};

use crate::keccak::write_words;
use crate::memory::Memory;
use crate::{LightCache, PAGE, ROW};

/// Items that are computed side by side.
const LANES: usize = 32;
/// Bytes below which another thread costs more than it helps.
const WORTH_A_THREAD: usize = 1 << 20;

/// A dataset in memory, as a miner wants it.
pub struct Dataset {
    memory: Memory,
}

impl Dataset {
    /// Computes the whole dataset of `size` bytes from its cache, with every processor if it is large.
    ///
    /// # Panics
    /// `size` is less than one page, or larger than memory can hold.
    pub fn new(cache: &LightCache, size: u64) -> Self {
        let size = usize::try_from(size).expect("a dataset fits into memory") / PAGE * PAGE;
        assert!(size > 0, "a dataset has a page at least");
        let mut memory = Memory::zeroed(size);
        let threads = available_parallelism().map_or(1, NonZero::get);
        let threads = threads.min(size / WORTH_A_THREAD).max(1);
        let part = size.div_ceil(threads).next_multiple_of(ROW);
        scope(|scope| {
            let mut first = 0;
            for part in memory.bytes_mut().chunks_mut(part) {
                let from = first;
                first +=
                    u32::try_from(part.len() / ROW).expect("a dataset has fewer than 2^32 items");
                scope.spawn(move || cache.write_items(from, part));
            }
        });
        Self { memory }
    }

    /// Copies a whole dataset, as from a file: a map of a file mostly lies on small pages, this on huge ones.
    ///
    /// # Panics
    /// There is not that much memory.
    pub fn copy_of(dataset: &[u8]) -> Self {
        let mut memory = Memory::zeroed(dataset.len());
        memory.bytes_mut().copy_from_slice(dataset);
        Self { memory }
    }

    /// Returns the bytes; they begin on a page of memory.
    pub fn as_bytes(&self) -> &[u8] {
        self.memory.bytes()
    }
}

impl LightCache {
    /// Computes the items of the dataset from number `first` on, as many as fit into `items`.
    ///
    /// Bytes of `items` beyond a multiple of 64 stay as they are.
    pub fn write_items(&self, first: u32, items: &mut [u8]) {
        let (rows, _) = items.as_chunks_mut::<ROW>();
        let mut next = first;
        for rows in rows.chunks_mut(LANES) {
            // The last few may reach beyond the end: what is too much is not written.
            let lanes: [u32; LANES] = std::array::from_fn(|_| {
                let lane = next;
                next = next.wrapping_add(1);
                lane
            });
            for (row, item) in rows.iter_mut().zip(self.items(lanes)) {
                write_words(row, &item);
            }
        }
    }
}
