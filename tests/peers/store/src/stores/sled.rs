//! sled, with a flush after each batch: without it, acknowledged batches are lost to a kill.
use std::path::Path;

use super::{CACHE, Operation, Store, coin};
use crate::coins::{Key, Value};

pub(crate) struct Sled(sled::Db);

impl Sled {
    pub(crate) fn open(folder: &Path) -> Self {
        let config = sled::Config::new()
            .path(folder)
            .cache_capacity(CACHE as u64);
        Self(config.flush_every_ms(None).open().expect("sled opens"))
    }
}

impl Store for Sled {
    fn commit(&mut self, operations: &[Operation]) {
        self.lay(operations);
        self.0.flush().expect("sled flushes");
    }

    fn lay(&mut self, operations: &[Operation]) {
        let mut batch = sled::Batch::default();
        for operation in operations {
            match operation {
                Operation::Insert(key, value) => batch.insert(&key[..], &value[..]),
                Operation::Delete(key) => batch.remove(&key[..]),
            }
        }
        self.0.apply_batch(batch).expect("sled writes");
    }

    fn read(&self, keys: &mut dyn Iterator<Item = Key>, seen: &mut dyn FnMut(Key, Option<Value>)) {
        for key in keys {
            let found = self.0.get(key).expect("sled reads");
            seen(key, found.map(|value| coin(&value)));
        }
    }
}
