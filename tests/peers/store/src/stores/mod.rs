//! The stores, each asked as its makers advise, with 256 MiB of cache where that can be said.

mod fjall;
mod heed;
mod ours;
mod redb;
#[cfg(feature = "rocksdb")]
mod rocksdb;
mod sled;

use std::path::Path;

use crate::coins::{Key, Value};

/// Cache that a peer gets.
const CACHE: usize = 256 << 20;

/// The stores of this build, ours first.
pub(crate) const NAMES: &[&str] = &[
    "moneta",
    "redb",
    "fjall",
    "heed",
    "sled",
    #[cfg(feature = "rocksdb")]
    "rocksdb",
];

/// What a commit does to one coin.
pub(crate) enum Operation {
    /// Adds a coin that is not there yet, as none is made twice.
    Insert(Key, Value),
    /// Takes one away.
    Delete(Key),
}

/// A store under test.
pub(crate) trait Store {
    /// Does all operations or none, and returns when that outlives a power cut.
    fn commit(&mut self, batch: &[Operation]);

    /// As [`Self::commit`], but a power cut may take it: for coins that are there before anything is timed.
    fn lay(&mut self, batch: &[Operation]);

    /// Reads coins, in order; a store may take one snapshot for all.
    fn read(&self, keys: &mut dyn Iterator<Item = Key>, seen: &mut dyn FnMut(Key, Option<Value>));

    /// Closes the store.
    fn close(self: Box<Self>) {}
}

/// Opens or begins the store of that name.
pub(crate) fn open(name: &str, folder: &Path) -> Box<dyn Store> {
    match name {
        "moneta" => Box::new(ours::Ours::open(folder)),
        "redb" => Box::new(redb::Redb::open(folder)),
        "fjall" => Box::new(fjall::Fjall::open(folder)),
        "heed" => Box::new(heed::Lmdb::open(folder)),
        "sled" => Box::new(sled::Sled::open(folder)),
        #[cfg(feature = "rocksdb")]
        "rocksdb" => Box::new(rocksdb::Rocks::open(folder)),
        _ => panic!("there is no store `{name}`"),
    }
}

fn coin(bytes: &[u8]) -> Value {
    bytes.try_into().expect("a coin as it was written")
}
