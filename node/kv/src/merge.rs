//! Keeps tables few and free of what is gone: which to merge, and how.
use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use crate::error::{Damage, StoreError};
use crate::hash::Salt;
use crate::table::{Cursor, Item, Table, TableBuilder};

/// Tables of like size that are merged together.
const WIDTH: usize = 4;
/// Most tables there should be.
const MOST: usize = 12;
/// The newer tables may take up to this part of the oldest, in bytes: what is dead in the oldest is dead because
/// of them, so this bounds the room that dead values take.
const DEAD_PART: u64 = 6;

/// What a merge is planned by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Bytes of the table.
    pub(crate) len: u64,
    pub(crate) keys: u64,
    /// Keys that stand for an absence.
    pub(crate) tombstones: u64,
}

/// Returns which tables to merge next, the newest first; `None` if they are well as they are. `is_idle` tells that
/// there is time to save room.
pub(crate) fn plan(tables: &[Size], is_idle: bool) -> Option<Range<usize>> {
    if let Some(run) = alike(tables) {
        return Some(run);
    }
    if tables.len() > MOST {
        return Some(0..tables.len());
    }
    let (oldest, newer) = tables.split_last()?;
    let dead: u64 = newer.iter().map(Size::kills).sum();
    let is_due = !newer.is_empty() && dead.saturating_mul(DEAD_PART) > oldest.len;
    (is_idle && is_due).then_some(0..tables.len())
}

/// Finds the first run of tables each of which is no larger than twice what is newer in the run.
fn alike(tables: &[Size]) -> Option<Range<usize>> {
    for start in 0..tables.len() {
        let mut sum = tables[start].len;
        let mut end = start + 1;
        while end < tables.len() && tables[end].len <= sum.saturating_mul(2) {
            sum = sum.saturating_add(tables[end].len);
            end += 1;
        }
        if end - start >= WIDTH {
            return Some(start..end);
        }
    }
    None
}

impl Size {
    /// Bytes that the table takes, and that its absences make dead elsewhere.
    fn kills(&self) -> u64 {
        let mean = self.len / self.keys.max(1);
        self.len
            .saturating_add(self.tombstones.saturating_mul(mean))
    }
}

/// Writes what `tables` (the newest first) amount to. Where `to_the_end`, nothing older is left, and absences need not
/// be kept. Returns the length of the new table.
///
/// # Errors
/// A table is damaged, or the disk is full or failing.
pub(crate) fn merge(
    tables: &[Arc<Table>],
    to_the_end: bool,
    salt: Salt,
    file: &str,
    mut builder: TableBuilder<'_>,
) -> Result<u64, StoreError> {
    let mut merged = Merged::new(tables.iter().map(|table| Cursor::new(table, salt)))?;
    while let Some((hash, key, value)) = merged.next()? {
        if value.is_some() || !to_the_end {
            builder
                .add(hash, key, value)
                .map_err(StoreError::write(file))?;
        }
    }
    builder.finish().map_err(StoreError::write(file))
}

/// Walks through several tables as if they were one; where several know a key, the first speaks.
pub(crate) struct Merged<'t, I> {
    walks: Vec<(I, Option<Item<'t>>)>,
}

impl<'t, I: Iterator<Item = Result<Item<'t>, Damage>>> Merged<'t, I> {
    pub(crate) fn new(walks: impl Iterator<Item = I>) -> Result<Self, Damage> {
        let walks = walks.map(|mut walk| {
            let first = walk.next().transpose()?;
            Ok((walk, first))
        });
        Ok(Self {
            walks: walks.collect::<Result<_, Damage>>()?,
        })
    }

    /// Returns the next key with its value or its absence.
    pub(crate) fn next(&mut self) -> Result<Option<Item<'t>>, Damage> {
        let heads = self.walks.iter().filter_map(|(_, head)| *head);
        let Some(least) = heads.min_by(order) else {
            return Ok(None);
        };
        for (walk, head) in &mut self.walks {
            if head.is_some_and(|head| order(&head, &least) == Ordering::Equal) {
                *head = walk.next().transpose()?;
            }
        }
        Ok(Some(least))
    }
}

/// `min_by` takes the first of equals: the newest.
fn order(a: &Item<'_>, b: &Item<'_>) -> Ordering {
    a.0.cmp(&b.0).then_with(|| a.1.cmp(b.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(lens: &[u64]) -> Vec<Size> {
        let size = |&len| Size {
            len,
            keys: len / 100,
            tombstones: 0,
        };
        lens.iter().map(size).collect()
    }

    #[test]
    fn four_alike_are_merged_with_what_is_alike_to_their_sum() {
        assert_eq!(plan(&sizes(&[100, 100, 100]), false), None);
        assert_eq!(plan(&sizes(&[100, 100, 100, 100]), false), Some(0..4));
        assert_eq!(
            plan(&sizes(&[100, 100, 100, 100, 700, 5_000]), false),
            Some(0..5)
        );
        assert_eq!(
            plan(&sizes(&[10, 1_000, 1_000, 1_000, 1_000]), false),
            Some(1..5)
        );
    }

    #[test]
    fn many_small_ones_never_pile_up() {
        let mut lens: Vec<u64> = Vec::new();
        let mut written = 0;
        for _ in 0..1_000 {
            lens.insert(0, 100);
            while let Some(run) = plan(&sizes(&lens), false) {
                let sum: u64 = lens[run.clone()].iter().sum();
                written += sum;
                lens.splice(run, [sum]);
            }
            assert!(lens.len() <= MOST);
        }
        assert!(
            written < 100 * 1_000 * 8,
            "each byte was written {} times",
            written / 100_000
        );
    }

    #[test]
    fn what_kills_much_of_the_oldest_is_merged_into_it_when_there_is_time() {
        assert_eq!(plan(&sizes(&[100, 10_000]), true), None);
        assert_eq!(plan(&sizes(&[3_000, 10_000]), true), Some(0..2));
        assert_eq!(plan(&sizes(&[3_000, 10_000]), false), None);
        let mut tables = sizes(&[1_000, 10_000]);
        tables[0].tombstones = tables[0].keys;
        assert_eq!(plan(&tables, true), Some(0..2));
    }
}
