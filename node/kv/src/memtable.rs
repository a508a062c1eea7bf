//! What was committed lately: every version of every key since the last table, in the bytes of the log.
//!
//! One thread writes, many read. A reader holds the lock for one look-up, the writer for a few hundred
//! operations: nobody waits for a disk here.
use std::sync::{PoisonError, RwLock};

use hashbrown::HashTable;

use crate::batch::{self, Operation};
use crate::hash::Salt;

/// Operations written under one lock.
const CHUNK: usize = 256;
/// No older version.
const NONE: u32 = u32::MAX;

/// Versions of keys in memory.
#[derive(Debug)]
pub(crate) struct MemTable {
    salt: Salt,
    inner: RwLock<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// The newest version of each key, as an index into `entries`.
    heads: HashTable<u32>,
    entries: Vec<Entry>,
    batches: Vec<Committed>,
    /// Bytes of all batches.
    bytes: usize,
}

#[derive(Debug)]
struct Committed {
    sequence: u64,
    bytes: Vec<u8>,
}

/// One version of one key; key and value stand in the batch.
#[derive(Debug, Clone, Copy)]
struct Entry {
    hash: u64,
    /// The version before this one, or [`NONE`].
    older: u32,
    batch: u32,
    offset: u32,
    /// Whether no table can hold the key: it was inserted since the last one.
    is_fresh: bool,
}

impl MemTable {
    pub(crate) fn new(salt: Salt) -> Self {
        Self {
            salt,
            inner: RwLock::default(),
        }
    }

    /// Takes over a batch. Readers see it as soon as they ask for its sequence number.
    /// Returns false, and takes nothing, if the bytes are none of a batch.
    pub(crate) fn apply(&self, sequence: u64, bytes: Vec<u8>) -> bool {
        let Some(operations) = self.prepare(&bytes) else {
            return false;
        };
        let batch = {
            let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
            inner.bytes += bytes.len();
            inner.batches.push(Committed { sequence, bytes });
            inner.batches.len() - 1
        };
        for chunk in operations.chunks(CHUNK) {
            let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
            for prepared in chunk {
                inner.add(batch, prepared);
            }
        }
        true
    }

    fn prepare(&self, bytes: &[u8]) -> Option<Vec<Prepared>> {
        let mut prepared = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let offset = u32::try_from(bytes.len() - rest.len()).ok()?;
            let (operation, after) = batch::read(rest)?;
            prepared.push(Prepared {
                hash: self.salt.hash(operation.key),
                offset,
                is_insert: operation.is_insert,
            });
            rest = after;
        }
        Some(prepared)
    }

    /// Looks a key up as it was at `sequence`: `None` if nothing is known here, else what `read` makes of the
    /// value, or of its absence.
    pub(crate) fn read<T>(
        &self,
        hash: u64,
        key: &[u8],
        sequence: u64,
        read: impl FnOnce(Option<&[u8]>) -> T,
    ) -> Option<T> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        let mut at = *inner.heads.find(hash, |&at| inner.is_of(at, hash, key))?;
        while at != NONE {
            let entry = inner.entry(at);
            if inner.batches[entry.batch as usize].sequence <= sequence {
                return Some(read(inner.operation(entry).value));
            }
            at = entry.older;
        }
        None
    }

    /// Returns about how much memory this takes, in bytes.
    pub(crate) fn memory(&self) -> usize {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        inner.bytes + inner.entries.len() * (size_of::<Entry>() + 2 * size_of::<u32>())
    }

    /// Tells whether nothing was committed here.
    pub(crate) fn is_empty(&self) -> bool {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        inner.batches.is_empty()
    }

    /// Gives the state of every key at `sequence`, in the order of hash and key, to `visit`: its hash, itself, its
    /// value or its absence. Keys that came and went since the last table are left out where `skip_fresh`.
    pub(crate) fn visit<E>(
        &self,
        sequence: u64,
        skip_fresh: bool,
        mut visit: impl FnMut(u64, &[u8], Option<&[u8]>) -> Result<(), E>,
    ) -> Result<(), E> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        let mut order: Vec<(u64, u32)> = Vec::with_capacity(inner.heads.len());
        for &head in &inner.heads {
            let mut at = head;
            while at != NONE && inner.batches[inner.entry(at).batch as usize].sequence > sequence {
                at = inner.entry(at).older;
            }
            if at != NONE {
                order.push((inner.entry(at).hash, at));
            }
        }
        order.sort_unstable_by(|a, b| {
            let key = |at: u32| inner.operation(inner.entry(at)).key;
            a.0.cmp(&b.0).then_with(|| key(a.1).cmp(key(b.1)))
        });
        for (hash, at) in order {
            let entry = inner.entry(at);
            let Operation { key, value, .. } = inner.operation(entry);
            if value.is_none() && entry.is_fresh && skip_fresh {
                continue;
            }
            visit(hash, key, value)?;
        }
        Ok(())
    }
}

struct Prepared {
    hash: u64,
    offset: u32,
    is_insert: bool,
}

impl Inner {
    fn add(&mut self, batch: usize, prepared: &Prepared) {
        let index =
            u32::try_from(self.entries.len()).expect("memory ends far below 4 billion versions");
        let entry = Entry {
            hash: prepared.hash,
            older: NONE,
            batch: u32::try_from(batch).expect("a batch has a version at least"),
            offset: prepared.offset,
            is_fresh: prepared.is_insert,
        };
        let key = batch::read(&self.batches[batch].bytes[prepared.offset as usize..]);
        let key = key.expect("it was read before").0.key;
        let (entries, batches) = (&self.entries, &self.batches);
        let same = |&at: &u32| {
            let entry = &entries[at as usize];
            entry.hash == prepared.hash && operation_of(batches, entry).key == key
        };
        let hash_of = |&at: &u32| {
            entries
                .get(at as usize)
                .map_or(prepared.hash, |entry| entry.hash)
        };
        match self.heads.entry(prepared.hash, same, hash_of) {
            hashbrown::hash_table::Entry::Occupied(mut head) => {
                let older = std::mem::replace(head.get_mut(), index);
                let is_fresh = self.entries[older as usize].is_fresh;
                self.entries.push(Entry {
                    older,
                    is_fresh,
                    ..entry
                });
            }
            hashbrown::hash_table::Entry::Vacant(place) => {
                place.insert(index);
                self.entries.push(entry);
            }
        }
    }

    fn entry(&self, at: u32) -> &Entry {
        &self.entries[at as usize]
    }

    fn is_of(&self, at: u32, hash: u64, key: &[u8]) -> bool {
        let entry = self.entry(at);
        entry.hash == hash && self.operation(entry).key == key
    }

    fn operation(&self, entry: &Entry) -> Operation<'_> {
        operation_of(&self.batches, entry)
    }
}

fn operation_of<'a>(batches: &'a [Committed], entry: &Entry) -> Operation<'a> {
    let bytes = &batches[entry.batch as usize].bytes[entry.offset as usize..];
    batch::read(bytes)
        .expect("it was read before it was added")
        .0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Batch;

    const SALT: Salt = Salt(3, 4);

    fn get(table: &MemTable, key: &[u8], sequence: u64) -> Option<Option<Vec<u8>>> {
        table.read(SALT.hash(key), key, sequence, |value| {
            value.map(<[u8]>::to_vec)
        })
    }

    /// Key and value, or no value to delete.
    type Operations<'a> = &'a [(&'a [u8], Option<&'a [u8]>)];

    fn committed(batches: &[Operations<'_>]) -> MemTable {
        let table = MemTable::new(SALT);
        for (sequence, operations) in (1..).zip(batches) {
            let mut batch = Batch::new();
            for (key, value) in *operations {
                match value {
                    Some(value) => batch.insert(key, value),
                    None => batch.delete(key),
                }
            }
            assert!(table.apply(sequence, batch.into_bytes()));
        }
        table
    }

    #[test]
    fn each_sequence_number_sees_its_own_version() {
        let table = committed(&[
            &[(b"a", Some(b"1"))],
            &[(b"a", Some(b"2")), (b"b", Some(b"x"))],
            &[(b"a", None)],
        ]);
        assert_eq!(get(&table, b"a", 0), None);
        assert_eq!(get(&table, b"a", 1), Some(Some(b"1".to_vec())));
        assert_eq!(get(&table, b"b", 1), None);
        assert_eq!(get(&table, b"a", 2), Some(Some(b"2".to_vec())));
        assert_eq!(get(&table, b"a", 3), Some(None));
        assert_eq!(get(&table, b"c", 3), None);
    }

    #[test]
    fn a_key_that_came_and_went_is_left_out_of_tables_and_of_those_only() {
        let table = committed(&[&[(b"a", Some(b"1"))], &[(b"a", None), (b"b", None)]]);
        for (skip, expected) in [
            (true, vec![b"b".to_vec()]),
            (false, vec![b"a".to_vec(), b"b".to_vec()]),
        ] {
            let mut seen = Vec::new();
            let visited = table.visit(2, skip, |_, key, value| {
                assert_eq!(value, None);
                seen.push(key.to_vec());
                Ok::<_, ()>(())
            });
            visited.unwrap();
            seen.sort();
            assert_eq!(seen, expected);
        }
    }

    #[test]
    fn bytes_of_no_batch_are_refused_whole() {
        let table = MemTable::new(SALT);
        assert!(!table.apply(1, vec![1, 1, 1, b'k', b'v', 9]));
        assert!(table.is_empty());
    }
}
