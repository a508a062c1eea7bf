//! Changes laid over a registry that stays as it is: what a block or a mempool under judgement sees.
use std::collections::BTreeMap;

use super::{Key, Record};
use crate::{Change, RegistryView};

/// A registry with changes on top.
pub struct RegistryOverlay<'a> {
    below: &'a dyn RegistryView,
    /// What differs from below; `None` where the record is gone.
    above: BTreeMap<Key, Option<Record>>,
}

impl<'a> RegistryOverlay<'a> {
    /// Lays an empty layer over `below`.
    pub const fn new(below: &'a dyn RegistryView) -> Self {
        Self {
            below,
            above: BTreeMap::new(),
        }
    }

    /// Applies one change to the layer.
    pub fn apply(&mut self, change: &Change) {
        for entry in change.entries() {
            self.above.insert(entry.key, entry.after);
        }
    }
}

impl RegistryView for RegistryOverlay<'_> {
    fn record(&self, key: &Key) -> Option<Record> {
        match self.above.get(key) {
            Some(record) => record.clone(),
            None => self.below.record(key),
        }
    }
}
