//! Where each byte of a dataset file stands (`docs/formats/ethash-dataset.md`).
use std::num::NonZero;
use std::thread::{available_parallelism, scope};

use bitcoin::hashes::{Hash, HashEngine, sha256};
use moneta_ethash::{LightCache, seed_hash};

/// What the file starts with.
const MAGIC: &[u8; 8] = b"MONETAds";
/// Version of the layout.
const VERSION: u32 = 1;
/// Everything begins at a multiple of this: a memory page.
const PAGE: u64 = 4_096;
/// Bytes of the header before its checksum.
const HEADER: usize = 72;
/// Bytes of the header with its checksum; zeros fill the page.
const STAMP: usize = HEADER + 8;
/// Bytes of a checksum in the table.
const CHECKSUM: u64 = 8;
/// Bytes of a segment: some tenths of a second of work for one core.
const SEGMENT: u64 = 4 << 20;
/// Bytes of an item.
pub(crate) const ITEM: usize = 64;
/// The same, as places in the file are counted.
const ITEM_BYTES: u64 = 64;

/// What the dataset of an epoch is made of.
#[derive(Clone, Copy)]
pub struct Recipe<'a> {
    pub(crate) epoch: u32,
    pub(crate) cache: &'a LightCache,
    pub(crate) dataset_size: u64,
    pub(crate) segment: u64,
}

impl<'a> Recipe<'a> {
    /// Takes the epoch, its cache, and how many bytes its dataset has.
    ///
    /// # Panics
    /// `dataset_size` is not a multiple of 128, or 0, or 2^32 items or more.
    pub fn new(epoch: u32, cache: &'a LightCache, dataset_size: u64) -> Self {
        let items = dataset_size / ITEM_BYTES;
        assert!(
            dataset_size.is_multiple_of(2 * ITEM_BYTES)
                && items > 0
                && u32::try_from(items).is_ok(),
            "a dataset is a number of pages"
        );
        Self {
            epoch,
            cache,
            dataset_size,
            segment: SEGMENT,
        }
    }

    /// How many segments there are; the last may be shorter.
    pub(crate) const fn segments(&self) -> u64 {
        self.dataset_size.div_ceil(self.segment)
    }

    /// Where a segment's checksum stands in the file.
    pub(crate) const fn checksum_at(&self, segment: u64) -> u64 {
        PAGE + segment * CHECKSUM
    }

    /// Where the dataset begins in the file.
    pub(crate) const fn data_at(&self) -> u64 {
        PAGE + (self.segments() * CHECKSUM).next_multiple_of(PAGE)
    }

    /// Where a segment begins in the dataset, and how many bytes it has.
    pub(crate) fn segment(&self, segment: u64) -> (u64, usize) {
        let start = segment * self.segment;
        (start, length(self.segment.min(self.dataset_size - start)))
    }

    /// Bytes of the whole file.
    pub(crate) const fn file_len(&self) -> u64 {
        self.data_at() + self.dataset_size
    }

    /// The number of the first item at a place of the dataset.
    pub(crate) fn item_at(start: u64) -> u32 {
        u32::try_from(start / ITEM_BYTES).expect("a recipe has fewer than 2^32 items")
    }

    /// The header, without the zeros that fill its page. No two datasets have the same.
    pub(crate) fn stamp(&self) -> [u8; STAMP] {
        let mut stamp = [0; STAMP];
        stamp[..8].copy_from_slice(MAGIC);
        stamp[8..12].copy_from_slice(&VERSION.to_le_bytes());
        stamp[12..16].copy_from_slice(&self.epoch.to_le_bytes());
        stamp[16..48].copy_from_slice(&seed_hash(self.epoch));
        stamp[48..56].copy_from_slice(&self.cache.size().to_le_bytes());
        stamp[56..64].copy_from_slice(&self.dataset_size.to_le_bytes());
        stamp[64..72].copy_from_slice(&self.segment.to_le_bytes());
        let checksum = sha256::Hash::hash(&stamp[..HEADER]);
        stamp[HEADER..].copy_from_slice(&checksum.as_byte_array()[..8]);
        stamp
    }

    /// The checksum of a segment: of its dataset, its place and its bytes. Never 0: that is what a table
    /// holds for a segment that is not there yet.
    pub(crate) fn checksum(&self, segment: u64, bytes: &[u8]) -> [u8; 8] {
        let mut engine = sha256::Hash::engine();
        engine.input(&self.stamp());
        engine.input(&segment.to_le_bytes());
        engine.input(bytes);
        let hash = sha256::Hash::from_engine(engine);
        let mut checksum = [0; 8];
        checksum.copy_from_slice(&hash.as_byte_array()[..8]);
        if checksum == [0; 8] { [1; 8] } else { checksum }
    }

    /// The name of the whole file.
    pub(crate) fn name(&self) -> String {
        format!("dataset-{}", self.epoch)
    }

    /// The name of the file while it is being built.
    pub(crate) fn part_name(&self) -> String {
        format!("dataset-{}.part", self.epoch)
    }

    /// Tells whether a file begins with this dataset's header.
    pub(crate) fn is_stamped(&self, file: &[u8]) -> bool {
        file.get(..STAMP) == Some(&self.stamp())
    }

    /// Tells whether a segment is in `file`, bytes and checksum.
    pub(crate) fn is_whole(&self, file: &[u8], segment: u64) -> bool {
        let (start, len) = self.segment(segment);
        let part = |at: u64, len: usize| file.get(length(at)..)?.get(..len);
        match (
            part(self.checksum_at(segment), 8),
            part(self.data_at() + start, len),
        ) {
            (Some(known), Some(bytes)) => self.checksum(segment, bytes) == known,
            _ => false,
        }
    }

    /// Tells of each segment whether it is in `file`, with every processor.
    pub(crate) fn whole_segments(&self, file: &[u8]) -> Vec<bool> {
        let mut whole = vec![false; length(self.segments())];
        let threads = available_parallelism().map_or(1, NonZero::get);
        let share = whole.len().div_ceil(threads);
        scope(|scope| {
            for (whole, first) in whole.chunks_mut(share).zip((0_u64..).step_by(share)) {
                scope.spawn(move || {
                    for (whole, segment) in whole.iter_mut().zip(first..) {
                        *whole = self.is_whole(file, segment);
                    }
                });
            }
        });
        whole
    }
}

/// A place or a length in a file that is mapped.
pub(crate) fn length(bytes: u64) -> usize {
    usize::try_from(bytes).expect("a dataset fits into the address space")
}

/// Returns the epoch of a file, by its name, whole or being built; `None` for other files.
pub(crate) fn epoch_of(name: &str) -> Option<u32> {
    let number = name.strip_prefix("dataset-")?;
    number.strip_suffix(".part").unwrap_or(number).parse().ok()
}
