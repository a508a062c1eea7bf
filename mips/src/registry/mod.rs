//! The registry: one map from keys to records, with exact undo, and a layer for changes that are not final.
mod key;
mod overlay;
mod record;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use bitcoin::OutPoint;

pub use key::Key;
pub use overlay::RegistryOverlay;
pub use record::{Record, RecordError};

use crate::{Asset, AssetId, Change, FreezeRecord, Identity, RegistryView};

/// The registry in memory. Nothing in it but the records: what they mean is for their MIPs to say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Registry {
    records: BTreeMap<Key, Record>,
}

impl Registry {
    /// Applies one change.
    pub fn apply(&mut self, change: &Change) {
        for entry in change.entries() {
            self.put(entry.key, entry.after);
        }
    }

    /// Takes one change back; the reverse of [`Self::apply`]. Changes are taken back last first.
    pub fn undo(&mut self, change: &Change) {
        for entry in change.entries().into_iter().rev() {
            self.put(entry.key, entry.before);
        }
    }

    /// Returns every record in the order of the keys.
    pub fn records(&self) -> impl Iterator<Item = (&Key, &Record)> {
        self.records.iter()
    }

    /// Returns every asset, by id.
    pub fn assets(&self) -> impl Iterator<Item = &Asset> {
        self.records.values().filter_map(|record| match record {
            Record::Asset(asset) => Some(&**asset),
            _ => None,
        })
    }

    /// Returns every identity, by id.
    pub fn identities(&self) -> impl Iterator<Item = &Identity> {
        self.records.values().filter_map(|record| match record {
            Record::Identity(identity) => Some(&**identity),
            _ => None,
        })
    }

    /// Returns every freeze, lapsed ones included, by asset and coin.
    pub fn freezes(&self) -> impl Iterator<Item = (AssetId, OutPoint, &FreezeRecord)> {
        self.records.iter().filter_map(|entry| match entry {
            (Key::Freeze { asset, coin }, Record::Freeze(freeze)) => Some((*asset, *coin, freeze)),
            _ => None,
        })
    }

    fn put(&mut self, key: Key, record: Option<Record>) {
        match record {
            Some(record) => self.records.insert(key, record),
            None => self.records.remove(&key),
        };
    }
}

impl RegistryView for Registry {
    fn record(&self, key: &Key) -> Option<Record> {
        self.records.get(key).cloned()
    }
}
