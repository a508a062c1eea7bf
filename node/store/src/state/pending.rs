//! Steps of the state that wait for their blocks to be durable: what they leave of each key, in memory.
//!
//! On disk the state must never be ahead of the archive, or a power cut could leave a state whose blocks are gone. So
//! where blocks are synced in groups their steps wait here and are committed together, as one step: on disk the state
//! goes from one group to the next, and a coin that a group makes and spends never gets there.
use std::collections::HashMap;

use moneta_kv::Batch;

/// Bytes that an entry takes beside its key and value, about.
const OVERHEAD: usize = 96;

/// Where the changes of a step go.
pub(super) trait Changes {
    /// Sets the value of a key that is not there.
    fn insert(&mut self, key: &[u8], value: &[u8]);
    /// Sets the value of a key.
    fn put(&mut self, key: &[u8], value: &[u8]);
    /// Takes a key out.
    fn delete(&mut self, key: &[u8]);
}

impl Changes for Batch {
    fn insert(&mut self, key: &[u8], value: &[u8]) {
        Self::insert(self, key, value);
    }

    fn put(&mut self, key: &[u8], value: &[u8]) {
        Self::put(self, key, value);
    }

    fn delete(&mut self, key: &[u8]) {
        Self::delete(self, key);
    }
}

/// What waits.
#[derive(Debug, Clone, Default)]
pub(super) struct Pending {
    entries: HashMap<Box<[u8]>, Entry>,
    /// Memory of it, about.
    bytes: usize,
}

#[derive(Debug, Clone)]
struct Entry {
    /// `None` if the key is to go.
    value: Option<Box<[u8]>>,
    /// The store below does not have the key.
    is_new: bool,
}

impl Pending {
    /// Tells whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns about how many bytes of memory it takes.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns what a key is to have: `None` if that is as in the store below, `Some(None)` if nothing.
    pub(super) fn get(&self, key: &[u8]) -> Option<Option<&[u8]>> {
        // Most of the time nothing waits: no hash then.
        if self.entries.is_empty() {
            return None;
        }
        Some(self.entries.get(key)?.value.as_deref())
    }

    /// Returns every key that waits, with what it is to have.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
        let entries = self.entries.iter();
        entries.map(|(key, entry)| (&**key, entry.value.as_deref()))
    }

    /// Returns it as one commit, in the order of the keys: the same blocks leave the same bytes on every disk.
    pub(super) fn to_batch(&self) -> Batch {
        let mut batch = Batch::new();
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_unstable_by_key(|(key, _)| *key);
        for (key, entry) in entries {
            match &entry.value {
                Some(value) if entry.is_new => batch.insert(key, value),
                Some(value) => batch.put(key, value),
                None => batch.delete(key),
            }
        }
        batch
    }

    fn set(&mut self, key: &[u8], value: Option<&[u8]>, is_new: bool) {
        let before = self.entries.remove(key);
        let is_new = match before {
            None => is_new,
            Some(before) => {
                self.bytes = self.bytes.saturating_sub(before.memory(key));
                before.is_new
            }
        };
        // What the store never had need not be taken out of it.
        if is_new && value.is_none() {
            return;
        }
        let entry = Entry {
            value: value.map(Box::from),
            is_new,
        };
        self.bytes += entry.memory(key);
        self.entries.insert(Box::from(key), entry);
    }
}

impl Entry {
    fn memory(&self, key: &[u8]) -> usize {
        OVERHEAD + key.len() + self.value.as_ref().map_or(0, |value| value.len())
    }
}

impl Changes for Pending {
    fn insert(&mut self, key: &[u8], value: &[u8]) {
        self.set(key, Some(value), true);
    }

    fn put(&mut self, key: &[u8], value: &[u8]) {
        self.set(key, Some(value), false);
    }

    fn delete(&mut self, key: &[u8]) {
        self.set(key, None, false);
    }
}
