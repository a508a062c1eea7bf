//! One table: keys in the order of their hashes, written once, read through a map.
//!
//! `docs/formats/kv.md` draws the file byte by byte.

mod build;
mod cursor;
mod footer;
mod index;
mod page;

use std::sync::atomic::{AtomicU64, Ordering};

use moneta_disk::{Storage, View};

use crate::error::{Damage, OpenError};
use crate::filter;

pub(crate) use build::TableBuilder;
pub(crate) use cursor::{Cursor, Item};
use footer::{Footer, Parts};
use index::Directory;
use page::Page;

/// Says that this is a table, and of which kind.
const MAGIC: [u8; 8] = *b"MNTATABL";
/// The format of tables known here.
const FORMAT: u32 = 2;

/// An open table.
pub(crate) struct Table {
    pub(crate) number: u64,
    view: View,
    footer: Footer,
    directory: Directory,
    /// One bit a page: its checksum held when it was read first. Nobody writes to a table, so once is enough.
    proven: Vec<AtomicU64>,
}

/// Returns the name of a table's file.
pub(crate) fn file_name(number: u64) -> String {
    format!("{number:08}.table")
}

impl Table {
    /// Opens a table of `len` bytes and checks what every look-up needs: footer, filter, index.
    ///
    /// # Errors
    /// The file can't be read, is damaged, or is of another format.
    pub(crate) fn open(number: u64, len: u64, storage: &dyn Storage) -> Result<Self, OpenError> {
        let file = file_name(number);
        let view = storage.view(len).map_err(|error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof => OpenError::Damaged(Damage {
                file: file.clone(),
                offset: 0,
                what: "it is shorter than it was written",
            }),
            _ => OpenError::io(&file)(error),
        })?;
        let footer = Footer::read(&file, &view)?;
        let Parts { filter, index, .. } = footer.parts(&view);
        for (bytes, crc, what) in [
            (filter, footer.filter_crc, "its filter"),
            (index.bytes(), footer.index_crc, "its index"),
        ] {
            if crc32fast::hash(bytes) != crc {
                let offset = bytes.as_ptr().addr() - view.as_ptr().addr();
                let offset = offset as u64;
                return Err(Damage { file, offset, what }.into());
            }
        }
        let words = index.len().div_ceil(64);
        Ok(Self {
            number,
            footer,
            directory: Directory::new(index),
            proven: (0..words).map(|_| AtomicU64::new(0)).collect(),
            view,
        })
    }

    /// Returns the bytes of the file.
    pub(crate) fn len(&self) -> u64 {
        self.view.len() as u64
    }

    pub(crate) const fn footer(&self) -> &Footer {
        &self.footer
    }

    /// Looks a key up: `None` if the table does not know it, else its value or its absence.
    ///
    /// # Errors
    /// The page is damaged.
    pub(crate) fn find(&self, hash: u64, key: &[u8]) -> Result<Option<Option<&[u8]>>, Damage> {
        let parts = self.parts();
        if !filter::may_contain(parts.filter, hash) {
            return Ok(None);
        }
        let mut last = parts.index.last_page_from(hash, &self.directory);
        while let Some(number) = last {
            if let Some(found) = self.page(&parts, number)?.find(hash, key) {
                return Ok(Some(found));
            }
            // Keys of one hash may begin in the page before.
            let goes_back = parts.index.first_hash(number) == hash;
            last = number.checked_sub(1).filter(|_| goes_back);
        }
        Ok(None)
    }

    /// Returns a page whose checksum holds.
    fn page<'t>(&'t self, parts: &Parts<'t>, number: usize) -> Result<Page<'t>, Damage> {
        let start = parts.index.start(number);
        let page = parts.pages.get(start..).and_then(Page::new);
        let page = page.ok_or_else(|| self.damage(number, "no page begins here"))?;
        let (word, bit) = (&self.proven[number / 64], 1 << (number % 64));
        if word.load(Ordering::Relaxed) & bit == 0 {
            if !page.is_whole() {
                return Err(self.damage(number, "the checksum of a page does not hold"));
            }
            word.fetch_or(bit, Ordering::Relaxed);
        }
        Ok(page)
    }

    fn parts(&self) -> Parts<'_> {
        self.footer.parts(&self.view)
    }

    /// Says what is wrong with a page.
    #[cold]
    fn damage(&self, page: usize, what: &'static str) -> Damage {
        let pages = footer::pages_start(self.footer.filter_len).unwrap_or_default();
        Damage {
            file: file_name(self.number),
            offset: pages + self.parts().index.start(page) as u64,
            what,
        }
    }

    /// Reads every page, whether or not it was read before.
    ///
    /// # Errors
    /// The first that is damaged.
    pub(crate) fn check(&self) -> Result<(), Damage> {
        for word in &self.proven {
            word.store(0, Ordering::Relaxed);
        }
        let parts = self.parts();
        for number in 0..parts.index.len() {
            self.page(&parts, number)?;
        }
        Ok(())
    }
}
