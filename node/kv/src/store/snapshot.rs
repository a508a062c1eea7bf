//! The store as it was at one commit.
use std::sync::Arc;

use super::version::Version;
use crate::StoreError;
use crate::error::Damage;
use crate::hash::Salt;
use crate::memtable::Sorted;
use crate::merge::Merged;
use crate::table::{Cursor, Item};

/// The store as it was at one commit, whatever is committed later. While it lives, the memory and the files that it
/// sees are kept.
#[derive(Clone)]
pub struct Snapshot {
    version: Arc<Version>,
    sequence: u64,
    salt: Salt,
}

/// A walk through a table, wherever it is.
type Walk<'t> = Box<dyn Iterator<Item = Result<Item<'t>, Damage>> + 't>;

/// Hash, key, and value or absence, as a table in memory had it.
type Owned = (u64, Vec<u8>, Option<Vec<u8>>);

impl Snapshot {
    pub(super) const fn new(version: Arc<Version>, sequence: u64, salt: Salt) -> Self {
        Self {
            version,
            sequence,
            salt,
        }
    }

    /// Returns the sequence number of the last commit that it sees.
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Returns the value of a key.
    ///
    /// # Errors
    /// A table is damaged.
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(key, <[u8]>::to_vec)
    }

    /// Returns what `read` makes of the value of a key, without copying it.
    ///
    /// # Errors
    /// A table is damaged.
    pub fn read<T>(
        &self,
        key: &[u8],
        read: impl FnOnce(&[u8]) -> T,
    ) -> Result<Option<T>, StoreError> {
        let hash = self.salt.hash(key);
        let mut read = Some(read);
        for memory in self.version.in_memory() {
            let found = memory.read(hash, key, self.sequence, |value| {
                value.zip(read.take()).map(|(value, read)| read(value))
            });
            if let Some(found) = found {
                return Ok(found);
            }
        }
        for table in &self.version.tables {
            if let Some(found) = table.find(hash, key)? {
                return Ok(found.zip(read.take()).map(|(value, read)| read(value)));
            }
        }
        Ok(None)
    }

    /// Gives every key with its value to `visit`, in the order of the store's own hash.
    ///
    /// # Errors
    /// A table is damaged, or `visit` fails.
    pub fn for_each<E: From<StoreError>>(
        &self,
        mut visit: impl FnMut(&[u8], &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        // Commits go to the first table in memory: it is copied, so that none has to wait for this.
        let (active, frozen) = (&self.version.active, &self.version.frozen);
        let active: Vec<Owned> = active
            .sorted(self.sequence, false)
            .iter()
            .map(|(hash, key, value)| (hash, key.to_vec(), value.map(<[u8]>::to_vec)))
            .collect();
        let active = active
            .iter()
            .map(|(hash, key, value)| (*hash, &key[..], value.as_deref()));
        let frozen: Vec<Sorted<'_>> = frozen
            .iter()
            .map(|frozen| frozen.memory.sorted(self.sequence, false))
            .collect();
        let mut walks: Vec<Walk<'_>> = vec![Box::new(active.map(Ok))];
        for sorted in &frozen {
            walks.push(Box::new(sorted.iter().map(Ok)));
        }
        for table in &self.version.tables {
            walks.push(Box::new(Cursor::new(table, self.salt)));
        }
        let mut merged = Merged::new(walks.into_iter()).map_err(StoreError::from)?;
        while let Some((_, key, value)) = merged.next().map_err(StoreError::from)? {
            if let Some(value) = value {
                visit(key, value)?;
            }
        }
        Ok(())
    }
}
