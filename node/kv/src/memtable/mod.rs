//! What was committed lately: every version of every key since the last table, in the bytes of the log.
//!
//! One thread writes, many read. A reader holds the lock for one look-up, the writer for a few hundred
//! operations: nobody waits for a disk here.

mod pieces;
#[cfg(test)]
mod tests;

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry as Head;

use crate::batch::{self, Operation};
use crate::hash::Salt;
use crate::table::Item;
use pieces::{Pieces, Place, Runs};

/// Operations written under one lock.
const CHUNK: usize = 256;
/// No older version.
const NONE: u32 = u32::MAX;
/// Parts of the memory of a full table by which it grows, and least and most bytes of one.
const PARTS: usize = 64;
const LEAST: usize = 256;
const MOST: usize = 1 << 20;
/// About what a version takes beside its key and value.
const OVERHEAD: usize = size_of::<Version>() + 10;

/// Versions of keys in memory.
#[derive(Debug)]
pub(crate) struct MemTable {
    salt: Salt,
    inner: RwLock<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// The newest version of each key, by its number.
    heads: HashTable<u32>,
    versions: Pieces<Version>,
    /// The operations that made them, as in the log.
    operations: Runs,
    /// Sequence number of the first commit here; the others follow it.
    first: Option<u64>,
}

/// One version of one key.
#[derive(Debug, Clone, Copy)]
struct Version {
    hash: u64,
    /// The version before this one, or [`NONE`].
    older: u32,
    /// How many commits after the first here made it.
    commit: u32,
    /// Where its operation stands.
    at: u32,
    piece: u16,
    /// Whether no table can hold the key: it was inserted since the last one.
    is_fresh: bool,
}

impl MemTable {
    /// Starts an empty table that will take about `memory` bytes.
    pub(crate) fn new(salt: Salt, memory: usize) -> Self {
        let piece = (memory / PARTS).clamp(LEAST, MOST);
        let inner = Inner {
            heads: HashTable::new(),
            versions: Pieces::new(piece),
            operations: Runs::new(piece),
            first: None,
        };
        Self {
            salt,
            inner: RwLock::new(inner),
        }
    }

    /// Takes over the operations of a batch. Readers see them as soon as they ask for its sequence number.
    /// Returns false, and takes nothing, if the bytes are none of a batch.
    pub(crate) fn apply(&self, sequence: u64, batch: &[u8]) -> bool {
        let Some(operations) = self.prepare(batch) else {
            return false;
        };
        for chunk in operations.chunks(CHUNK) {
            let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
            for prepared in chunk {
                inner.add(sequence, prepared);
            }
        }
        // Also a batch of nothing is a commit.
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        inner.first.get_or_insert(sequence);
        true
    }

    fn prepare<'a>(&self, batch: &'a [u8]) -> Option<Vec<Prepared<'a>>> {
        let mut prepared = Vec::new();
        let mut rest = batch;
        while !rest.is_empty() {
            let (operation, after) = batch::read(rest)?;
            prepared.push(Prepared {
                hash: self.salt.hash(operation.key),
                bytes: &rest[..rest.len() - after.len()],
                operation,
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
        let inner = self.reader();
        let head = inner.heads.find(hash, |&at| inner.is_of(at, hash, key))?;
        let at = inner.as_of(*head, sequence)?;
        Some(read(inner.operation(inner.versions.get(at)).value))
    }

    /// Returns how much memory this takes, in bytes.
    pub(crate) fn memory(&self) -> usize {
        let inner = self.reader();
        inner.operations.memory() + inner.versions.memory() + inner.heads.allocation_size()
    }

    /// Returns about how much more a batch of so many bytes and operations will take.
    pub(crate) const fn growth(bytes: usize, operations: usize) -> usize {
        bytes + operations * OVERHEAD
    }

    /// Tells whether nothing was committed here.
    pub(crate) fn is_empty(&self) -> bool {
        self.reader().first.is_none()
    }

    /// Returns the state of every key at `sequence`, in the order of hash and key. Keys that came and went since
    /// the last table are left out where `skip_fresh`. Commits wait while this lives.
    pub(crate) fn sorted(&self, sequence: u64, skip_fresh: bool) -> Sorted<'_> {
        let inner = self.reader();
        let mut order = Vec::with_capacity(inner.heads.len());
        for &head in &inner.heads {
            let Some(at) = inner.as_of(head, sequence) else {
                continue;
            };
            let version = inner.versions.get(at);
            let came_and_went = version.is_fresh && inner.operation(version).value.is_none();
            if !(skip_fresh && came_and_went) {
                order.push((version.hash, at));
            }
        }
        let key = |at: u32| inner.operation(inner.versions.get(at)).key;
        order.sort_unstable_by(|a: &(u64, u32), b| {
            a.0.cmp(&b.0).then_with(|| key(a.1).cmp(key(b.1)))
        });
        Sorted { inner, order }
    }

    fn reader(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The keys of a table in memory as a table on disk will have them.
pub(crate) struct Sorted<'t> {
    inner: RwLockReadGuard<'t, Inner>,
    order: Vec<(u64, u32)>,
}

impl Sorted<'_> {
    /// Returns how many keys there are.
    pub(crate) const fn len(&self) -> usize {
        self.order.len()
    }

    /// Returns each key with its hash, and its value or its absence.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Item<'_>> {
        self.order.iter().map(|&(hash, at)| {
            let Operation { key, value, .. } = self.inner.operation(self.inner.versions.get(at));
            (hash, key, value)
        })
    }
}

struct Prepared<'a> {
    hash: u64,
    bytes: &'a [u8],
    operation: Operation<'a>,
}

impl Inner {
    fn add(&mut self, sequence: u64, prepared: &Prepared<'_>) {
        let first = *self.first.get_or_insert(sequence);
        let place = self.operations.push(prepared.bytes);
        let mut version = Version {
            hash: prepared.hash,
            older: NONE,
            commit: u32::try_from(sequence - first)
                .expect("memory ends far below 4 billion commits"),
            at: place.at,
            piece: place.piece,
            is_fresh: prepared.operation.is_insert,
        };
        let (versions, operations) = (&mut self.versions, &self.operations);
        let same = |&at: &u32| {
            let other = versions.get(at);
            other.hash == prepared.hash
                && operation_at(operations, other).key == prepared.operation.key
        };
        match self
            .heads
            .entry(prepared.hash, same, |&at| versions.get(at).hash)
        {
            Head::Occupied(mut head) => {
                version.older = *head.get();
                version.is_fresh = versions.get(version.older).is_fresh;
                *head.get_mut() = versions.push(version);
            }
            Head::Vacant(place) => {
                place.insert(versions.push(version));
            }
        }
    }

    /// Returns the newest version at `sequence`, from `at` back.
    fn as_of(&self, mut at: u32, sequence: u64) -> Option<u32> {
        let first = self.first?;
        while at != NONE {
            let version = self.versions.get(at);
            if first + u64::from(version.commit) <= sequence {
                return Some(at);
            }
            at = version.older;
        }
        None
    }

    fn is_of(&self, at: u32, hash: u64, key: &[u8]) -> bool {
        let version = self.versions.get(at);
        version.hash == hash && self.operation(version).key == key
    }

    fn operation(&self, version: &Version) -> Operation<'_> {
        operation_at(&self.operations, version)
    }
}

fn operation_at<'o>(operations: &'o Runs, version: &Version) -> Operation<'o> {
    let place = Place {
        at: version.at,
        piece: version.piece,
    };
    batch::read(operations.at(place))
        .expect("it was read before it was added")
        .0
}
