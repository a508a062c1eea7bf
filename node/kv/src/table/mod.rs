//! One table: keys in the order of their hashes, written once, read through a map.
//!
//! `docs/formats/kv.md` draws the file byte by byte.

mod build;
mod cursor;
mod page;

use std::sync::atomic::{AtomicU64, Ordering};

use moneta_disk::{Storage, View};

use crate::error::{Damage, OpenError};
use crate::filter;
use crate::hash::part;

pub(crate) use build::TableBuilder;
pub(crate) use cursor::{Cursor, Item};
use page::{Page, UNIT};

/// Says that this is a table, and of which kind.
const MAGIC: [u8; 8] = *b"MNTATABL";
/// The newest format of tables known here.
const FORMAT: u32 = 1;
/// Bytes of the footer, the last of the file.
const FOOTER: usize = 72;
/// Bytes of a page's place in the index: hash of its first key 8, where it begins in units 4.
const PLACE: usize = 12;

/// An open table.
pub(crate) struct Table {
    pub(crate) number: u64,
    view: View,
    footer: Footer,
    /// One bit a page: its checksum held when it was read first. Nobody writes to a table, so once is enough.
    proven: Vec<AtomicU64>,
}

/// What the last bytes of a table say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Footer {
    /// Pages and their bytes.
    pages: u64,
    pages_len: u64,
    filter_len: u64,
    /// Keys, and how many of them stand for an absence.
    pub(crate) keys: u64,
    pub(crate) tombstones: u64,
    filter_crc: u32,
    index_crc: u32,
}

/// Returns the name of a table's file.
pub(crate) fn file_name(number: u64) -> String {
    format!("{number:08}.table")
}

impl Table {
    /// Opens a table of `len` bytes and checks what every look-up needs: footer, filter, index.
    ///
    /// # Errors
    /// The file can't be read, is damaged, or is of a newer format.
    pub(crate) fn open(number: u64, len: u64, storage: &dyn Storage) -> Result<Self, OpenError> {
        let file = file_name(number);
        let view = storage.view(len).map_err(OpenError::io(&file))?;
        let footer = Footer::read(&file, &view)?;
        let pages = usize::try_from(footer.pages).unwrap_or(usize::MAX);
        let table = Self {
            number,
            footer,
            proven: (0..pages.div_ceil(64)).map(|_| AtomicU64::new(0)).collect(),
            view,
        };
        table.check_crc(
            table.filter(),
            footer.filter_crc,
            footer.pages_len,
            "its filter",
        )?;
        let index_at = footer.pages_len + footer.filter_len;
        table.check_crc(table.index(), footer.index_crc, index_at, "its index")?;
        Ok(table)
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
        if !filter::may_contain(self.filter(), hash) {
            return Ok(None);
        }
        let Some(last) = self.last_page_from(hash) else {
            return Ok(None);
        };
        let mut number = last;
        loop {
            if let Some(found) = self.page(number)?.find(hash, key) {
                return Ok(Some(found));
            }
            // Keys of one hash may begin in the page before.
            if number == 0 || self.first_hash(number) != hash {
                return Ok(None);
            }
            number -= 1;
        }
    }

    /// Returns the last page that begins at `hash` or below. Hashes are spread evenly, so it is near the place
    /// that their share of all hashes points to.
    fn last_page_from(&self, hash: u64) -> Option<u64> {
        let pages = self.footer.pages;
        let guess = part(hash, pages);
        let (mut low, mut high, mut step) = (guess, guess, 1);
        // Widen until low begins at the hash or below, and high above it or at the end.
        while low > 0 && self.first_hash(low) > hash {
            high = low;
            low = low.saturating_sub(step);
            step *= 2;
        }
        if low == guess {
            step = 1;
            high = low + 1;
            while high < pages && self.first_hash(high) <= hash {
                low = high;
                high = (high + step).min(pages);
                step *= 2;
            }
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.first_hash(middle) <= hash {
                low = middle;
            } else {
                high = middle;
            }
        }
        (low < pages && self.first_hash(low) <= hash).then_some(low)
    }

    /// Returns a page whose checksum holds.
    fn page(&self, number: u64) -> Result<Page<'_>, Damage> {
        let start = self.page_start(number);
        let damage = |what| Damage {
            file: file_name(self.number),
            offset: start as u64,
            what,
        };
        let pages = &self.view[..self.pages_len()];
        let page = pages.get(start..).and_then(Page::new);
        let page = page.ok_or_else(|| damage("no page begins here"))?;
        let index = usize::try_from(number).unwrap_or(usize::MAX);
        let (word, bit) = (&self.proven[index / 64], 1 << (index % 64));
        if word.load(Ordering::Relaxed) & bit == 0 {
            if !page.is_whole() {
                return Err(damage("the checksum of a page does not hold"));
            }
            word.fetch_or(bit, Ordering::Relaxed);
        }
        Ok(page)
    }

    fn filter(&self) -> &[u8] {
        let start = self.pages_len();
        &self.view[start..self.index_start()]
    }

    fn index(&self) -> &[u8] {
        &self.view[self.index_start()..self.view.len() - FOOTER]
    }

    fn pages_len(&self) -> usize {
        usize::try_from(self.footer.pages_len).expect("it is mapped")
    }

    fn index_start(&self) -> usize {
        self.pages_len() + usize::try_from(self.footer.filter_len).expect("it is mapped")
    }

    fn place(&self, number: u64) -> &[u8] {
        let at = self.index_start() + usize::try_from(number).expect("it is mapped") * PLACE;
        &self.view[at..at + PLACE]
    }

    fn first_hash(&self, number: u64) -> u64 {
        u64::from_le_bytes(self.place(number)[..8].try_into().expect("eight bytes"))
    }

    fn page_start(&self, number: u64) -> usize {
        let unit = u32::from_le_bytes(self.place(number)[8..].try_into().expect("four bytes"));
        unit as usize * UNIT
    }

    fn check_crc(
        &self,
        bytes: &[u8],
        crc: u32,
        offset: u64,
        what: &'static str,
    ) -> Result<(), Damage> {
        if crc32fast::hash(bytes) == crc {
            return Ok(());
        }
        Err(Damage {
            file: file_name(self.number),
            offset,
            what,
        })
    }

    /// Reads every page, whether or not it was read before.
    ///
    /// # Errors
    /// The first that is damaged.
    pub(crate) fn check(&self) -> Result<(), Damage> {
        for word in &self.proven {
            word.store(0, Ordering::Relaxed);
        }
        for number in 0..self.footer.pages {
            self.page(number)?;
        }
        Ok(())
    }
}

impl Footer {
    fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(FOOTER);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(&[0; 4]);
        for number in [
            self.pages,
            self.pages_len,
            self.filter_len,
            self.keys,
            self.tombstones,
        ] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&self.filter_crc.to_le_bytes());
        bytes.extend_from_slice(&self.index_crc.to_le_bytes());
        bytes.extend_from_slice(&[0; 4]);
        let crc = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes
    }

    fn read(file: &str, view: &[u8]) -> Result<Self, OpenError> {
        let damage = |what| Damage {
            file: file.to_owned(),
            offset: view.len().saturating_sub(FOOTER) as u64,
            what,
        };
        let bytes = view
            .last_chunk::<FOOTER>()
            .ok_or_else(|| damage("it is too short"))?;
        let (rest, crc) = bytes.split_at(FOOTER - 4);
        if crc32fast::hash(rest).to_le_bytes() != crc || rest[..8] != MAGIC {
            return Err(damage("the checksum of its footer does not hold").into());
        }
        let number =
            |at: usize| u64::from_le_bytes(rest[at..at + 8].try_into().expect("eight bytes"));
        let short =
            |at: usize| u32::from_le_bytes(rest[at..at + 4].try_into().expect("four bytes"));
        if short(8) > FORMAT {
            return Err(OpenError::NewerFormat {
                file: file.to_owned(),
                found: short(8),
                known: FORMAT,
            });
        }
        let footer = Self {
            pages: number(16),
            pages_len: number(24),
            filter_len: number(32),
            keys: number(40),
            tombstones: number(48),
            filter_crc: short(56),
            index_crc: short(60),
        };
        let index_len = footer.pages.checked_mul(PLACE as u64);
        let parts = [
            Some(footer.pages_len),
            Some(footer.filter_len),
            index_len,
            Some(FOOTER as u64),
        ];
        let len = parts
            .into_iter()
            .try_fold(0_u64, |sum, part| sum.checked_add(part?));
        if len != Some(view.len() as u64) || footer.filter_len == 0 {
            return Err(damage("its parts do not add up to its length").into());
        }
        Ok(footer)
    }
}
