//! One moment of the file: reads that all see the same tip.
use std::ops::Bound;

use bitcoin::BlockHash;
use moneta_chain::Height;
use redb::{ReadOnlyTable, ReadTransaction, ReadableDatabase};

use super::{META, Store, TIP, decode_tip, definition, storage};
use crate::IndexError;
use crate::rows::Table;

type Row = (Vec<u8>, Vec<u8>);

/// A read transaction.
pub(crate) struct Moment(ReadTransaction);

impl Store {
    pub(crate) fn moment(&self) -> Result<Moment, IndexError> {
        self.db.begin_read().map(Moment).map_err(storage)
    }
}

impl Moment {
    /// Returns where the index stands; `None` just after it was cleared.
    pub(crate) fn tip(&self) -> Result<Option<(Height, BlockHash)>, IndexError> {
        let meta = self.0.open_table(META).map_err(storage)?;
        let row = meta.get(TIP).map_err(storage)?;
        row.map(|row| decode_tip(row.value()).ok_or(IndexError::Damaged { table: "meta" }))
            .transpose()
    }

    fn table(
        &self,
        table: Table,
    ) -> Result<ReadOnlyTable<&'static [u8], &'static [u8]>, IndexError> {
        self.0.open_table(definition(table)).map_err(storage)
    }

    pub(crate) fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, IndexError> {
        let row = self.table(table)?.get(key).map_err(storage)?;
        Ok(row.map(|row| row.value().to_vec()))
    }

    /// Reads a row and decodes it.
    pub(crate) fn read<T>(
        &self,
        table: Table,
        key: &[u8],
        decode: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Result<Option<T>, IndexError> {
        let Some(row) = self.get(table, key)? else {
            return Ok(None);
        };
        decode(&row).map(Some).ok_or(damaged(table))
    }

    /// Returns the rows whose keys begin with `prefix`, in order; with `after`, those whose rest of the
    /// key lies behind it.
    pub(crate) fn rows(
        &self,
        table: Table,
        prefix: &[u8],
        after: Option<&[u8]>,
    ) -> Result<impl Iterator<Item = Result<Row, IndexError>> + use<>, IndexError> {
        let start = match after {
            None => Bound::Included(prefix.to_vec()),
            Some(after) => Bound::Excluded([prefix, after].concat()),
        };
        self.range(table, start, end_of(prefix))
    }

    /// As [`Self::rows`], last first; with `before`, those whose rest of the key lies before it.
    pub(crate) fn rows_back(
        &self,
        table: Table,
        prefix: &[u8],
        before: Option<&[u8]>,
    ) -> Result<impl Iterator<Item = Result<Row, IndexError>> + use<>, IndexError> {
        let end = match before {
            None => end_of(prefix),
            Some(before) => Bound::Excluded([prefix, before].concat()),
        };
        let rows = self.range(table, Bound::Included(prefix.to_vec()), end)?;
        Ok(rows.rev())
    }

    fn range(
        &self,
        table: Table,
        start: Bound<Vec<u8>>,
        end: Bound<Vec<u8>>,
    ) -> Result<impl DoubleEndedIterator<Item = Result<Row, IndexError>> + use<>, IndexError> {
        let bounds = (
            start.as_ref().map(Vec::as_slice),
            end.as_ref().map(Vec::as_slice),
        );
        let range = self.table(table)?.range::<&[u8]>(bounds).map_err(storage)?;
        Ok(range.map(|row| {
            row.map(|(key, value)| (key.value().to_vec(), value.value().to_vec()))
                .map_err(storage)
        }))
    }
}

pub(crate) const fn damaged(table: Table) -> IndexError {
    IndexError::Damaged {
        table: table.name(),
    }
}

/// The first key behind every key that begins with `prefix`.
fn end_of(prefix: &[u8]) -> Bound<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.last_mut() {
        match last.checked_add(1) {
            Some(next) => {
                *last = next;
                return Bound::Excluded(end);
            }
            None => {
                end.pop();
            }
        }
    }
    Bound::Unbounded
}
