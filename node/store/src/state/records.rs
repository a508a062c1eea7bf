//! The registry on disk: records by key, and slots by which all of them can be found.
//!
//! The store below knows no order of keys. So each record has a slot, the slots are numbered without gaps, and
//! when a record goes the last slot moves into its place.
use std::collections::BTreeMap;

use moneta_kv::Batch;
use moneta_mips::{Key, Record};

use super::ChainState;
use crate::StoreError;

const RECORD: u8 = b'r';
const SLOT: u8 = b's';

pub(super) fn record_key(key: &Key) -> Vec<u8> {
    let mut bytes = vec![RECORD];
    bytes.extend_from_slice(&key.encode());
    bytes
}

pub(super) const fn is_record(key: &[u8]) -> bool {
    matches!(key.first(), Some(&RECORD))
}

/// Puts a record into a slot that is free; returns false if it is none.
pub(super) fn add(batch: &mut Batch, slot: u32, key: &[u8], record: &[u8]) -> bool {
    let is_ours =
        is_record(key) && Key::decode(&key[1..]).is_ok() && Record::decode(record).is_ok();
    if is_ours {
        batch.insert(key, &[&slot.to_le_bytes(), record].concat());
        batch.insert(&slot_key(slot), key);
    }
    is_ours
}

/// Reads a record behind its slot.
pub(super) fn decode(value: &[u8]) -> Option<Record> {
    Record::decode(value.get(4..)?).ok()
}

fn slot_key(slot: u32) -> [u8; 5] {
    let [a, b, c, d] = slot.to_le_bytes();
    [SLOT, a, b, c, d]
}

/// Changes of the registry on their way to the store.
pub(super) struct RecordChanges<'a> {
    state: &'a ChainState,
    /// How many records there are after the changes so far.
    pub(super) count: u32,
    /// Keys with their values, `None` where they go; as they stand in the store.
    changed: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

impl<'a> RecordChanges<'a> {
    pub(super) const fn new(state: &'a ChainState) -> Self {
        Self {
            state,
            count: state.meta.records,
            changed: BTreeMap::new(),
        }
    }

    /// Puts a record in place of what was there, or takes it out.
    pub(super) fn set(&mut self, key: &Key, record: Option<&Record>) -> Result<(), StoreError> {
        let key = record_key(key);
        let slot = self.get(&key)?.map(|value| slot_of(&value)).transpose()?;
        match (slot, record) {
            (Some(slot), Some(record)) => self.put(key, slot, &record.encode()),
            (None, Some(record)) => {
                self.changed
                    .insert(slot_key(self.count).to_vec(), Some(key.clone()));
                self.put(key, self.count, &record.encode());
                self.count += 1;
            }
            (Some(slot), None) => self.take(key, slot)?,
            (None, None) => {}
        }
        Ok(())
    }

    pub(super) fn into_changed(self) -> BTreeMap<Vec<u8>, Option<Vec<u8>>> {
        self.changed
    }

    fn put(&mut self, key: Vec<u8>, slot: u32, record: &[u8]) {
        let mut value = slot.to_le_bytes().to_vec();
        value.extend_from_slice(record);
        self.changed.insert(key, Some(value));
    }

    fn take(&mut self, key: Vec<u8>, slot: u32) -> Result<(), StoreError> {
        let bad = || StoreError::BadRecord {
            what: "a slot of the registry",
        };
        self.count = self.count.checked_sub(1).ok_or_else(bad)?;
        let last = slot_key(self.count).to_vec();
        let moved = self.get(&last)?.ok_or_else(bad)?;
        if moved != key {
            let value = self.get(&moved)?.ok_or_else(bad)?;
            self.changed
                .insert(slot_key(slot).to_vec(), Some(moved.clone()));
            self.put(moved, slot, value.get(4..).ok_or_else(bad)?);
        }
        self.changed.insert(last, None);
        self.changed.insert(key, None);
        Ok(())
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self.changed.get(key) {
            Some(value) => Ok(value.clone()),
            None => self.state.get(key),
        }
    }
}

impl ChainState {
    /// Returns every record of the registry with its key as it is encoded, in no order.
    ///
    /// # Errors
    /// The store is damaged.
    pub fn records(&self) -> Result<Vec<(Vec<u8>, Record)>, StoreError> {
        let bad = || StoreError::BadRecord {
            what: "a record of the registry",
        };
        let record = |slot| {
            let key = self.get(&slot_key(slot))?.ok_or_else(bad)?;
            let record = self.get(&key)?.ok_or_else(bad)?;
            let record = decode(&record).ok_or_else(bad)?;
            Ok((key.get(1..).ok_or_else(bad)?.to_vec(), record))
        };
        (0..self.meta.records).map(record).collect()
    }
}

fn slot_of(value: &[u8]) -> Result<u32, StoreError> {
    let slot = value.first_chunk().copied().map(u32::from_le_bytes);
    slot.ok_or(StoreError::BadRecord {
        what: "the slot of a record",
    })
}
