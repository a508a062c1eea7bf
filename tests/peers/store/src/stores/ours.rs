//! Ours.
use std::path::Path;
use std::sync::Arc;

use moneta_disk::FileFolder;
use moneta_kv::{Batch, Durability, Options};

use super::{Operation, Store, coin};
use crate::coins::{Key, Value};

pub(crate) struct Ours(moneta_kv::Store);

impl Ours {
    pub(crate) fn open(folder: &Path) -> Self {
        let files = FileFolder::open(folder).expect("the folder opens");
        let store = moneta_kv::Store::open(Arc::new(files), Options::new((1, 2)));
        Self(store.expect("the store opens"))
    }
}

impl Ours {
    fn write(&self, operations: &[Operation], durability: Durability) {
        let mut batch = Batch::new();
        for operation in operations {
            match operation {
                Operation::Insert(key, value) => batch.insert(key, value),
                Operation::Delete(key) => batch.delete(key),
            }
        }
        let committed = self.0.commit(batch, durability);
        committed.expect("the disk takes it");
    }
}

impl Store for Ours {
    fn commit(&mut self, operations: &[Operation]) {
        self.write(operations, Durability::Synced);
    }

    fn lay(&mut self, operations: &[Operation]) {
        self.write(operations, Durability::Deferred);
    }

    fn read(&self, keys: &mut dyn Iterator<Item = Key>, seen: &mut dyn FnMut(Key, Option<Value>)) {
        let snapshot = self.0.snapshot();
        for key in keys {
            seen(key, snapshot.read(&key, coin).expect("the store is whole"));
        }
    }
}
