//! What a reader sees: tables in memory and on disk, the newest first.
use std::sync::Arc;

use crate::memtable::MemTable;
use crate::table::Table;

/// One state of the store's parts.
#[derive(Clone)]
pub(super) struct Version {
    /// Where commits go.
    pub(super) active: Arc<MemTable>,
    /// What waits to become tables, the newest first.
    pub(super) frozen: Vec<Arc<Frozen>>,
    /// The newest first.
    pub(super) tables: Vec<Arc<Table>>,
}

/// A table in memory that takes no more commits.
pub(super) struct Frozen {
    pub(super) memory: Arc<MemTable>,
    /// The log that holds the same.
    pub(super) log: u64,
    /// Its last commit.
    pub(super) last: u64,
}

impl Version {
    /// Returns the tables in memory, the newest first.
    pub(super) fn in_memory(&self) -> impl Iterator<Item = &MemTable> {
        let frozen = self.frozen.iter().map(|frozen| &*frozen.memory);
        std::iter::once(&*self.active).chain(frozen)
    }
}
