//! RocksDB: a log-structured merge tree, with ten bits of filter a key.
use std::path::Path;

use rocksdb::{BlockBasedOptions, Cache, DB, DBCompressionType, Options, WriteBatch, WriteOptions};

use super::{CACHE, Operation, Store, coin};
use crate::coins::{Key, Value};

pub(crate) struct Rocks(DB);

impl Rocks {
    pub(crate) fn open(folder: &Path) -> Self {
        let mut options = Options::default();
        options.create_if_missing(true);
        options.set_write_buffer_size(64 << 20);
        options.increase_parallelism(2);
        let mut tables = BlockBasedOptions::default();
        tables.set_block_cache(&Cache::new_lru_cache(CACHE));
        tables.set_bloom_filter(10.0, false);
        options.set_block_based_table_factory(&tables);
        options.set_compression_type(DBCompressionType::Lz4);
        Self(DB::open(&options, folder).expect("RocksDB opens"))
    }
}

impl Rocks {
    fn write(&self, operations: &[Operation], is_synced: bool) {
        let mut batch = WriteBatch::default();
        for operation in operations {
            match operation {
                Operation::Insert(key, value) => batch.put(key, value),
                Operation::Delete(key) => batch.delete(key),
            }
        }
        let mut options = WriteOptions::default();
        options.set_sync(is_synced);
        self.0.write_opt(batch, &options).expect("RocksDB commits");
    }
}

impl Store for Rocks {
    fn commit(&mut self, operations: &[Operation]) {
        self.write(operations, true);
    }

    fn lay(&mut self, operations: &[Operation]) {
        self.write(operations, false);
    }

    fn read(&self, keys: &mut dyn Iterator<Item = Key>, seen: &mut dyn FnMut(Key, Option<Value>)) {
        for key in keys {
            let found = self.0.get_pinned(key).expect("RocksDB reads");
            seen(key, found.map(|value| coin(&value)));
        }
    }
}
