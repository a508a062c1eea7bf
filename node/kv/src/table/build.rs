//! Writes a table: keys come in the order of their hashes, so filter and pages leave as they fill.
use moneta_disk::Storage;

use super::footer::{Footer, pages_start};
use super::index::PLACE;
use super::page::{PageBuilder, UNIT};
use crate::filter::FilterBuilder;

/// Bytes gathered before they are written.
const CHUNK: usize = 256 << 10;

/// A table under construction.
pub(crate) struct TableBuilder<'a> {
    storage: &'a dyn Storage,
    filter: FilterBuilder,
    filter_out: Appender<'a>,
    page: PageBuilder,
    page_hash: u64,
    pages_out: Appender<'a>,
    units: u32,
    index: Vec<u8>,
    keys: u64,
    tombstones: u64,
}

impl<'a> TableBuilder<'a> {
    /// Starts a table of `keys` keys at most.
    pub(crate) fn new(storage: &'a dyn Storage, keys: u64) -> Self {
        let filter = FilterBuilder::new(keys);
        let start = pages_start(filter.len()).expect("keys are fewer than bytes of a disk");
        Self {
            storage,
            filter,
            filter_out: Appender::new(storage, 0),
            page: PageBuilder::default(),
            page_hash: 0,
            pages_out: Appender::new(storage, start),
            units: 0,
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
        if self.page.len() == 1 {
            self.page_hash = hash;
        }
        self.filter.add(hash, &mut self.filter_out.pending);
        self.filter_out.write_full()?;
        self.keys += 1;
        self.tombstones += u64::from(value.is_none());
        Ok(())
    }

    /// Writes what is left. Returns the length of the table; zero if it holds nothing.
    ///
    /// # Errors
    /// The disk is full or failing.
    pub(crate) fn finish(mut self) -> std::io::Result<u64> {
        if self.keys == 0 {
            return Ok(0);
        }
        self.end_page()?;
        let filter_len = self.filter.len();
        self.filter.finish(&mut self.filter_out.pending);
        let filter_crc = self.filter_out.finish()?.1;
        let index_start = self.pages_out.finish()?.0;
        self.storage.write_at(index_start, &self.index)?;
        let footer = Footer {
            pages: (self.index.len() / PLACE) as u64,
            pages_len: u64::from(self.units) * UNIT as u64,
            filter_len,
            keys: self.keys,
            tombstones: self.tombstones,
            filter_crc,
            index_crc: crc32fast::hash(&self.index),
        }
        .write();
        let footer_start = index_start + self.index.len() as u64;
        self.storage.write_at(footer_start, &footer)?;
        Ok(footer_start + footer.len() as u64)
    }

    fn end_page(&mut self) -> std::io::Result<()> {
        self.index.extend_from_slice(&self.page_hash.to_le_bytes());
        self.index.extend_from_slice(&self.units.to_le_bytes());
        let units = self.page.finish(&mut self.pages_out.pending);
        self.units = self
            .units
            .checked_add(units)
            .ok_or(std::io::ErrorKind::FileTooLarge)?;
        self.pages_out.write_full()
    }
}

/// Writes one stretch of a file from its start to its end.
struct Appender<'a> {
    storage: &'a dyn Storage,
    /// Where the next chunk goes.
    at: u64,
    pending: Vec<u8>,
    crc: crc32fast::Hasher,
}

impl<'a> Appender<'a> {
    fn new(storage: &'a dyn Storage, at: u64) -> Self {
        Self {
            storage,
            at,
            pending: Vec::with_capacity(CHUNK + UNIT),
            crc: crc32fast::Hasher::new(),
        }
    }

    fn write_full(&mut self) -> std::io::Result<()> {
        if self.pending.len() < CHUNK {
            return Ok(());
        }
        self.write()
    }

    fn write(&mut self) -> std::io::Result<()> {
        self.storage.write_at(self.at, &self.pending)?;
        self.crc.update(&self.pending);
        self.at += self.pending.len() as u64;
        self.pending.clear();
        Ok(())
    }

    /// Writes what is left. Returns where the stretch ends, and its CRC-32.
    fn finish(&mut self) -> std::io::Result<(u64, u32)> {
        self.write()?;
        Ok((self.at, self.crc.clone().finalize()))
    }
}
