//! LMDB through heed: a copy-on-write B-tree read through a map.
use std::path::Path;

use heed::types::Bytes;
use heed::{Database, Env, EnvFlags, EnvOpenOptions, FlagSetMode};

use super::{Operation, Store, coin};
use crate::coins::{Key, Value};

/// Address space, not memory.
const MAP: usize = 64 << 30;

pub(crate) struct Lmdb {
    env: Env,
    coins: Database<Bytes, Bytes>,
}

impl Lmdb {
    pub(crate) fn open(folder: &Path) -> Self {
        // SAFETY: nobody else opens or changes this folder while it is open here.
        let env = unsafe { EnvOpenOptions::new().map_size(MAP).open(folder) };
        let env = env.expect("LMDB opens");
        let mut transaction = env.write_txn().expect("LMDB writes");
        let coins = env.create_database(&mut transaction, None);
        let coins = coins.expect("LMDB has the table");
        transaction.commit().expect("LMDB commits");
        Self { env, coins }
    }
}

impl Store for Lmdb {
    fn lay(&mut self, operations: &[Operation]) {
        // SAFETY: a power cut in between takes the whole benchmark with it.
        let env = self.env.clone();
        let set = |mode| unsafe { env.set_flags(EnvFlags::NO_SYNC, mode) };
        set(FlagSetMode::Enable).expect("LMDB obeys");
        self.commit(operations);
        set(FlagSetMode::Disable).expect("LMDB obeys");
    }

    fn commit(&mut self, operations: &[Operation]) {
        let mut transaction = self.env.write_txn().expect("LMDB writes");
        for operation in operations {
            match operation {
                Operation::Insert(key, value) => {
                    self.coins
                        .put(&mut transaction, key, value)
                        .expect("LMDB writes");
                }
                Operation::Delete(key) => {
                    self.coins
                        .delete(&mut transaction, key)
                        .expect("LMDB writes");
                }
            }
        }
        transaction.commit().expect("LMDB commits");
    }

    fn read(&self, keys: &mut dyn Iterator<Item = Key>, seen: &mut dyn FnMut(Key, Option<Value>)) {
        let transaction = self.env.read_txn().expect("LMDB reads");
        for key in keys {
            let found = self.coins.get(&transaction, &key).expect("LMDB reads");
            seen(key, found.map(coin));
        }
    }

    fn close(self: Box<Self>) {
        self.env.prepare_for_closing().wait();
    }
}
