//! redb: a copy-on-write B-tree in one file.
use std::path::Path;

use redb::{Database, Durability, ReadableDatabase, TableDefinition};

use super::{CACHE, Operation, Store, coin};
use crate::coins::{Key, Value};

const COINS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("coins");

pub(crate) struct Redb(Database);

impl Redb {
    pub(crate) fn open(folder: &Path) -> Self {
        let mut builder = Database::builder();
        let database = builder
            .set_cache_size(CACHE)
            .create(folder.join("coins.redb"));
        let store = Self(database.expect("redb opens"));
        // So that there is a table to read.
        store.write(&[], Durability::Immediate);
        store
    }

    fn write(&self, operations: &[Operation], durability: Durability) {
        let mut transaction = self.0.begin_write().expect("redb writes");
        transaction
            .set_durability(durability)
            .expect("there are no savepoints");
        {
            let mut table = transaction.open_table(COINS).expect("redb has the table");
            for operation in operations {
                match operation {
                    Operation::Insert(key, value) => table.insert(&key[..], &value[..]),
                    Operation::Delete(key) => table.remove(&key[..]),
                }
                .expect("redb writes");
            }
        }
        transaction.commit().expect("redb commits");
    }
}

impl Store for Redb {
    fn commit(&mut self, operations: &[Operation]) {
        self.write(operations, Durability::Immediate);
    }

    fn lay(&mut self, operations: &[Operation]) {
        self.write(operations, Durability::None);
    }

    fn read(&self, keys: &mut dyn Iterator<Item = Key>, seen: &mut dyn FnMut(Key, Option<Value>)) {
        let transaction = self.0.begin_read().expect("redb reads");
        let table = transaction.open_table(COINS).expect("redb has the table");
        for key in keys {
            let found = table.get(&key[..]).expect("redb reads");
            seen(key, found.map(|value| coin(value.value())));
        }
    }
}
