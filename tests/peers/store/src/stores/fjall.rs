//! fjall: a log-structured merge tree.
use std::path::Path;

use fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode};

use super::{CACHE, Operation, Store, coin};
use crate::coins::{Key, Value};

pub(crate) struct Fjall {
    database: Database,
    coins: Keyspace,
}

impl Fjall {
    pub(crate) fn open(folder: &Path) -> Self {
        let database = Database::builder(folder).cache_size(CACHE as u64).open();
        let database = database.expect("fjall opens");
        let options = || KeyspaceCreateOptions::default().expect_point_read_hits(false);
        let coins = database.keyspace("coins", options).expect("fjall opens");
        Self { database, coins }
    }
}

impl Fjall {
    fn write(&self, operations: &[Operation], durability: Option<PersistMode>) {
        let mut batch = self.database.batch().durability(durability);
        for operation in operations {
            match operation {
                Operation::Insert(key, value) => batch.insert(&self.coins, &key[..], &value[..]),
                Operation::Delete(key) => batch.remove(&self.coins, &key[..]),
            }
        }
        batch.commit().expect("fjall commits");
    }
}

impl Store for Fjall {
    fn commit(&mut self, operations: &[Operation]) {
        self.write(operations, Some(PersistMode::SyncAll));
    }

    fn lay(&mut self, operations: &[Operation]) {
        self.write(operations, None);
    }

    fn read(&self, keys: &mut dyn Iterator<Item = Key>, seen: &mut dyn FnMut(Key, Option<Value>)) {
        for key in keys {
            let found = self.coins.get(key).expect("fjall reads");
            seen(key, found.map(|value| coin(&value)));
        }
    }
}
