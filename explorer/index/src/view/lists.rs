//! How lists are read: newest first, paged by place, and never half of one place.
use bitcoin::Txid;
use bitcoin::hashes::Hash;

use super::View;
use crate::codec::{Reader, place_key};
use crate::rows::Table;
use crate::store::damaged;
use crate::{HistoryEntry, IndexError, Place};

/// A key's rest behind its prefix, and the value.
pub(super) struct ListRow {
    pub(super) rest: Vec<u8>,
    pub(super) value: Vec<u8>,
}

impl View {
    /// Reads rows `prefix || rest` backwards, those before `before`.
    pub(super) fn newest(
        &self,
        table: Table,
        prefix: &[u8],
        before: Option<Place>,
        limit: usize,
    ) -> Result<Vec<ListRow>, IndexError> {
        let before = before.map(place_key);
        let before = before.as_ref().map(|key| &key[..]);
        let rows = self.moment.rows_back(table, prefix, before)?;
        rows.take(limit)
            .map(|row| row.map(|(key, value)| list_row(prefix, &key, value)))
            .collect()
    }

    /// As [`Self::newest`], for rows of which one place may have several: the last place on the page is
    /// given whole, so that paging by place skips nothing. A page may so be longer than `limit`, by at
    /// most what one transaction can do.
    pub(super) fn newest_whole_places(
        &self,
        table: Table,
        prefix: &[u8],
        before: Option<Place>,
        limit: usize,
    ) -> Result<Vec<ListRow>, IndexError> {
        let before = before.map(place_key);
        let before = before.as_ref().map(|key| &key[..]);
        let mut page = Vec::<ListRow>::new();
        for row in self.moment.rows_back(table, prefix, before)? {
            let (key, value) = row?;
            let row = list_row(prefix, &key, value);
            let last = page.last().map(|last| last.rest.get(..8));
            if page.len() >= limit && last != Some(row.rest.get(..8)) {
                break;
            }
            page.push(row);
        }
        Ok(page)
    }

    /// Reads a list whose rows are `prefix || place -> txid`.
    pub(super) fn history(
        &self,
        table: Table,
        prefix: &[u8],
        before: Option<Place>,
        limit: usize,
    ) -> Result<Vec<HistoryEntry>, IndexError> {
        let rows = self.newest(table, prefix, before, limit)?;
        let entries = rows.iter().map(|row| {
            let mut rest = Reader::new(&row.rest);
            let place = rest.place().and_then(|place| rest.done(place));
            let txid = Txid::from_slice(&row.value).ok();
            place
                .zip(txid)
                .map(|(place, txid)| HistoryEntry { place, txid })
                .ok_or(damaged(table))
        });
        entries.collect()
    }
}

fn list_row(prefix: &[u8], key: &[u8], value: Vec<u8>) -> ListRow {
    let rest = key.get(prefix.len()..).unwrap_or_default().to_vec();
    ListRow { rest, value }
}
