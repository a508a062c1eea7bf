//! A page: the keys of one stretch of hashes, found by sixteen bits of each.
//!
//! | field | bytes |
//! |---|---|
//! | CRC-32 of everything after it | 4 |
//! | length in units of 4,096 bytes | 2 |
//! | keys | 2 |
//! | tag of each key: the low 16 bits of its hash | 2 each |
//! | where each key's entry begins, from the start of the page | 2 each |
//! | entries: key length, value length x 2 + 1 if absent (both LEB128), key, value | |
//! | zeros | |
use crate::varint;

/// Pages are aligned to this and as long as so many of them as they need.
pub(crate) const UNIT: usize = 4_096;
const HEAD: usize = 8;

/// A page under construction.
#[derive(Debug, Default)]
pub(super) struct PageBuilder {
    tags: Vec<u8>,
    starts: Vec<u16>,
    entries: Vec<u8>,
}

impl PageBuilder {
    /// Returns how many keys there are.
    pub(super) const fn len(&self) -> usize {
        self.starts.len()
    }

    /// Adds an entry, or returns false if it belongs into the next page. An empty page takes any.
    pub(super) fn add(&mut self, hash: u64, key: &[u8], value: Option<&[u8]>) -> bool {
        let before = self.entries.len();
        let len = value.map_or(0, <[u8]>::len) as u64;
        varint::put(&mut self.entries, key.len() as u64);
        varint::put(&mut self.entries, len * 2 + u64::from(value.is_none()));
        self.entries.extend_from_slice(key);
        self.entries.extend_from_slice(value.unwrap_or_default());
        let keys = self.starts.len() + 1;
        if keys > 1 && HEAD + keys * 4 + self.entries.len() > UNIT {
            self.entries.truncate(before);
            return false;
        }
        self.tags.extend_from_slice(&hash.to_le_bytes()[..2]);
        self.starts
            .push(u16::try_from(before).expect("only the first of a page is long"));
        true
    }

    /// Appends the page to `out`, starts over, and returns its length in units.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) -> u32 {
        let start = out.len();
        let body = HEAD + self.starts.len() * 4;
        let units = (body + self.entries.len()).div_ceil(UNIT);
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(
            &u16::try_from(units)
                .expect("values are bounded")
                .to_le_bytes(),
        );
        out.extend_from_slice(
            &u16::try_from(self.starts.len())
                .expect("a page is small")
                .to_le_bytes(),
        );
        out.extend_from_slice(&self.tags);
        for entry in &self.starts {
            let at = usize::from(*entry) + body;
            out.extend_from_slice(&u16::try_from(at).expect("a page is small").to_le_bytes());
        }
        out.extend_from_slice(&self.entries);
        out.resize(start + units * UNIT, 0);
        let crc = crc32fast::hash(&out[start + 4..]);
        out[start..start + 4].copy_from_slice(&crc.to_le_bytes());
        self.tags.clear();
        self.starts.clear();
        self.entries.clear();
        u32::try_from(units).expect("values are bounded")
    }
}

/// A page as it stands in its table. Look-ups trust it only once its checksum held.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page<'a> {
    bytes: &'a [u8],
    keys: usize,
}

impl<'a> Page<'a> {
    /// Takes the page at the start of `bytes`; `None` if none fits there.
    pub(super) fn new(bytes: &'a [u8]) -> Option<Self> {
        let units = usize::from(short(bytes, 4)?);
        let keys = usize::from(short(bytes, 6)?);
        let bytes = bytes.get(..units * UNIT)?;
        (HEAD + keys * 4 <= bytes.len()).then_some(Self { bytes, keys })
    }

    pub(super) fn is_whole(&self) -> bool {
        let (crc, rest) = self.bytes.split_at(4);
        crc32fast::hash(rest).to_le_bytes() == crc
    }

    pub(super) const fn keys(&self) -> usize {
        self.keys
    }

    /// Looks a key up: `None` if it is not here.
    pub(super) fn find(&self, hash: u64, key: &[u8]) -> Option<Option<&'a [u8]>> {
        let tag = &hash.to_le_bytes()[..2];
        let tags = self.bytes[HEAD..HEAD + self.keys * 2].chunks_exact(2);
        let hits = tags.enumerate().filter(|(_, at)| *at == tag);
        hits.filter_map(|(index, _)| self.entry(index))
            .find_map(|(found, value)| (found == key).then_some(value))
    }

    /// Returns a key with its value or its absence.
    pub(super) fn entry(&self, index: usize) -> Option<(&'a [u8], Option<&'a [u8]>)> {
        let at = short(self.bytes, HEAD + self.keys * 2 + index * 2)?;
        let rest = self.bytes.get(usize::from(at)..)?;
        let (key_len, rest) = varint::take_len(rest)?;
        let (value_len, rest) = varint::take_len(rest)?;
        let (key, rest) = rest.split_at_checked(key_len)?;
        let value = rest.get(..value_len / 2)?;
        Some((key, (value_len % 2 == 0).then_some(value)))
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..at + 2)?;
    Some(u16::from_le_bytes(bytes.try_into().ok()?))
}
