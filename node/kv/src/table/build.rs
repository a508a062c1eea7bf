//! Writes a table: keys come in order, pages leave as they fill.
use moneta_disk::Storage;

use super::page::PageBuilder;
use super::{FOOTER, Footer, PLACE};
use crate::filter;

/// Bytes gathered before they are written.
const CHUNK: usize = 1 << 20;

/// A table under construction.
pub(crate) struct TableBuilder<'a> {
    storage: &'a dyn Storage,
    written: u64,
    pending: Vec<u8>,
    page: PageBuilder,
    page_hash: u64,
    units: u32,
    filter: Vec<u8>,
    index: Vec<u8>,
    keys: u64,
    tombstones: u64,
}

impl<'a> TableBuilder<'a> {
    /// Starts a table of `keys` keys at most.
    pub(crate) fn new(storage: &'a dyn Storage, keys: u64) -> Self {
        Self {
            storage,
            written: 0,
            pending: Vec::with_capacity(CHUNK + super::UNIT),
            page: PageBuilder::default(),
            page_hash: 0,
            units: 0,
            filter: filter::empty(keys),
            index: Vec::new(),
            keys: 0,
            tombstones: 0,
        }
    }

    /// Adds a key. Keys come in the order of their hashes, then of their bytes, each once.
    ///
    /// # Errors
    /// The disk is full or failing.
    pub(crate) fn add(
        &mut self,
        hash: u64,
        key: &[u8],
        value: Option<&[u8]>,
    ) -> std::io::Result<()> {
        if !self.page.add(hash, key, value) {
            self.end_page()?;
            self.page.add(hash, key, value);
        }
        if self.keys == 0 || self.page_begins() {
            self.page_hash = hash;
        }
        filter::insert(&mut self.filter, hash);
        self.keys += 1;
        self.tombstones += u64::from(value.is_none());
        Ok(())
    }

    /// Writes what is left and makes the table durable. Returns its length; zero if it holds nothing.
    ///
    /// # Errors
    /// The disk is full or failing.
    pub(crate) fn finish(mut self) -> std::io::Result<u64> {
        if self.keys == 0 {
            return Ok(0);
        }
        self.end_page()?;
        let footer = Footer {
            pages: (self.index.len() / PLACE) as u64,
            pages_len: u64::from(self.units) * super::UNIT as u64,
            filter_len: self.filter.len() as u64,
            keys: self.keys,
            tombstones: self.tombstones,
            filter_crc: crc32fast::hash(&self.filter),
            index_crc: crc32fast::hash(&self.index),
        };
        for part in [&self.filter, &self.index, &footer.write()] {
            self.pending.extend_from_slice(part);
        }
        self.write_out()?;
        debug_assert_eq!(footer.write().len(), FOOTER);
        Ok(self.written)
    }

    fn page_begins(&self) -> bool {
        self.page.len() == 1
    }

    fn end_page(&mut self) -> std::io::Result<()> {
        self.index.extend_from_slice(&self.page_hash.to_le_bytes());
        self.index.extend_from_slice(&self.units.to_le_bytes());
        let units = self.page.finish(&mut self.pending);
        self.units = self
            .units
            .checked_add(units)
            .ok_or(std::io::ErrorKind::FileTooLarge)?;
        if self.pending.len() >= CHUNK {
            self.write_out()?;
        }
        Ok(())
    }

    fn write_out(&mut self) -> std::io::Result<()> {
        self.storage.write_at(self.written, &self.pending)?;
        self.written += self.pending.len() as u64;
        self.pending.clear();
        Ok(())
    }
}
