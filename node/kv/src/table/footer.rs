//! The last bytes of a table: where its parts are and what they must amount to.
use super::index::{Index, PLACE};
use super::page::UNIT;
use super::{FORMAT, MAGIC};
use crate::error::{Damage, OpenError};
use crate::filter::BLOCK;

/// Bytes of the footer.
pub(super) const LEN: usize = 72;

/// What the last bytes of a table say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Footer {
    /// Pages and their bytes.
    pub(super) pages: u64,
    pub(super) pages_len: u64,
    pub(super) filter_len: u64,
    /// Keys, and how many of them stand for an absence.
    pub(crate) keys: u64,
    pub(crate) tombstones: u64,
    pub(super) filter_crc: u32,
    pub(super) index_crc: u32,
}

/// The parts of a table.
pub(super) struct Parts<'t> {
    pub(super) filter: &'t [u8],
    pub(super) pages: &'t [u8],
    pub(super) index: Index<'t>,
}

/// Returns where pages begin behind a filter of that length.
pub(super) const fn pages_start(filter_len: u64) -> Option<u64> {
    filter_len.checked_next_multiple_of(UNIT as u64)
}

impl Footer {
    pub(super) fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(LEN);
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

    /// Reads the footer at the end of a table.
    ///
    /// # Errors
    /// It is damaged or of another format, or does not fit the table's length.
    pub(super) fn read(file: &str, table: &[u8]) -> Result<Self, OpenError> {
        let damage = |what| Damage {
            file: file.to_owned(),
            offset: table.len().saturating_sub(LEN) as u64,
            what,
        };
        let bytes = table
            .last_chunk::<LEN>()
            .ok_or_else(|| damage("it is too short"))?;
        let (rest, crc) = bytes.split_at(LEN - 4);
        if crc32fast::hash(rest).to_le_bytes() != crc || rest[..8] != MAGIC {
            return Err(damage("the checksum of its footer does not hold").into());
        }
        let number =
            |at: usize| u64::from_le_bytes(rest[at..at + 8].try_into().expect("eight bytes"));
        let short =
            |at: usize| u32::from_le_bytes(rest[at..at + 4].try_into().expect("four bytes"));
        OpenError::check_format(file, short(8), FORMAT)?;
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
        let parts = [Some(footer.pages_len), index_len, Some(LEN as u64)];
        let len = parts
            .into_iter()
            .try_fold(pages_start(footer.filter_len), |sum, part| {
                Some(sum?.checked_add(part?))
            });
        // A filter has whole blocks, and one at least.
        let has_filter = footer.filter_len > 0 && footer.filter_len.is_multiple_of(BLOCK as u64);
        if len.flatten() != Some(table.len() as u64) || !has_filter {
            return Err(damage("its parts do not add up to its length").into());
        }
        Ok(footer)
    }

    /// Splits the table that this is the footer of.
    pub(super) fn parts<'t>(&self, table: &'t [u8]) -> Parts<'t> {
        let len = |len: u64| usize::try_from(len).expect("it is mapped");
        let start = pages_start(self.filter_len).expect("it was added up before");
        let (before, rest) = table.split_at(len(start));
        let (pages, rest) = rest.split_at(len(self.pages_len));
        Parts {
            filter: &before[..len(self.filter_len)],
            pages,
            index: Index::new(&rest[..rest.len() - LEN]),
        }
    }
}
