//! Reads a table from one end to the other, for merging, exporting and checking.
use super::Table;
use super::footer::Parts;
use super::page::Page;
use crate::error::Damage;
use crate::hash::Salt;

/// What stands in a table: hash, key, and value or absence.
pub(crate) type Item<'t> = (u64, &'t [u8], Option<&'t [u8]>);

/// Walks through the keys of a table in the order of their hashes.
pub(crate) struct Cursor<'t> {
    table: &'t Table,
    parts: Parts<'t>,
    salt: Salt,
    /// The page that the walk is in, and what comes after it.
    page: Option<Page<'t>>,
    next_page: usize,
    entry: usize,
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(table: &'t Table, salt: Salt) -> Self {
        Self {
            table,
            parts: table.parts(),
            salt,
            page: None,
            next_page: 0,
            entry: 0,
        }
    }

    fn step(&mut self) -> Result<Option<Item<'t>>, Damage> {
        let page = match self.page {
            Some(page) if self.entry < page.keys() => page,
            _ if self.next_page < self.parts.index.len() => {
                let page = self.table.page(&self.parts, self.next_page)?;
                self.page = Some(page);
                self.next_page += 1;
                self.entry = 0;
                page
            }
            _ => return Ok(None),
        };
        let entry = page.entry(self.entry);
        let damage = || (self.table).damage(self.next_page - 1, "an entry of a page can't be read");
        let (key, value) = entry.ok_or_else(damage)?;
        self.entry += 1;
        Ok(Some((self.salt.hash(key), key, value)))
    }
}

impl<'t> Iterator for Cursor<'t> {
    type Item = Result<Item<'t>, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        self.step().transpose()
    }
}
