//! Which page a hash is in: the first hash of each page, and where it begins.
use super::page::UNIT;
use crate::hash::part;

/// Bytes of a page's place: hash of its first key 8, where it begins in units 4.
pub(super) const PLACE: usize = 12;
/// Pages to an entry of the directory: a byte of memory a page.
const PAGES_A_PART: usize = 4;

/// The places of all pages.
#[derive(Clone, Copy)]
pub(super) struct Index<'t> {
    places: &'t [[u8; PLACE]],
}

/// For each of some equal parts of all hashes a page that begins before it: the last such, so a look-up has to go on
/// by a few pages only. Made when a table is opened.
pub(super) struct Directory(Vec<u32>);

impl<'t> Index<'t> {
    pub(super) fn new(bytes: &'t [u8]) -> Self {
        Self {
            places: bytes.as_chunks().0,
        }
    }

    pub(super) fn bytes(&self) -> &'t [u8] {
        self.places.as_flattened()
    }

    /// Returns how many pages there are.
    pub(super) const fn len(&self) -> usize {
        self.places.len()
    }

    /// Returns the hash of a page's first key.
    pub(super) fn first_hash(&self, page: usize) -> u64 {
        let (hash, _) = self.places[page].split_first_chunk().expect("eight bytes");
        u64::from_le_bytes(*hash)
    }

    /// Returns where a page begins.
    pub(super) fn start(&self, page: usize) -> usize {
        let (_, unit) = self.places[page].split_last_chunk().expect("four bytes");
        u32::from_le_bytes(*unit) as usize * UNIT
    }

    /// Returns the last page that begins at `hash` or below.
    pub(super) fn last_page_from(&self, hash: u64, directory: &Directory) -> Option<usize> {
        let mut page = directory.page_before(hash)?;
        if self.first_hash(page) > hash {
            // Only before the first page.
            return None;
        }
        while page + 1 < self.len() && self.first_hash(page + 1) <= hash {
            page += 1;
        }
        Some(page)
    }
}

impl Directory {
    pub(super) fn new(index: Index<'_>) -> Self {
        let parts = index.len().div_ceil(PAGES_A_PART);
        let mut pages = Vec::with_capacity(parts);
        for page in 0..index.len() {
            let begins_in = part(index.first_hash(page), parts as u64);
            // Of the parts up to this one's the page before is the last that begins before them.
            let before =
                u32::try_from(page.saturating_sub(1)).expect("a table has 4 billion units");
            while (pages.len() as u64) <= begins_in {
                pages.push(before);
            }
        }
        let last =
            u32::try_from(index.len().saturating_sub(1)).expect("a table has 4 billion units");
        pages.resize(parts, last);
        Self(pages)
    }

    fn page_before(&self, hash: u64) -> Option<usize> {
        let part = usize::try_from(part(hash, self.0.len() as u64)).ok()?;
        self.0.get(part).map(|page| *page as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_any_hash_is_the_last_that_begins_at_it_or_below() {
        // Even, crowded at either end, several of one hash, one page, none.
        let even: Vec<u64> = (0..100).map(|page| page * (u64::MAX / 100) + 5).collect();
        let crowded = [
            (0..50).collect::<Vec<_>>(),
            (u64::MAX - 50..=u64::MAX).collect(),
        ]
        .concat();
        let same = [vec![7; 9], vec![1 << 63; 9]].concat();
        for hashes in [even, crowded, same, vec![1 << 40], vec![]] {
            let places: Vec<[u8; PLACE]> = hashes.iter().map(|hash| place(*hash)).collect();
            let index = Index::new(places.as_flattened());
            let directory = Directory::new(index);
            let near = hashes
                .iter()
                .flat_map(|hash| [hash.saturating_sub(1), *hash, hash.saturating_add(1)]);
            for hash in near.chain([0, u64::MAX]) {
                let expected = hashes.iter().rposition(|first| *first <= hash);
                assert_eq!(index.last_page_from(hash, &directory), expected, "{hash}");
            }
        }
    }

    fn place(hash: u64) -> [u8; PLACE] {
        let mut place = [0; PLACE];
        place[..8].copy_from_slice(&hash.to_le_bytes());
        place
    }
}
