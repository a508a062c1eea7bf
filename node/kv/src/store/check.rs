//! What a store is made of, and whether all of it is whole.
use super::{Snapshot, Store};
use crate::{Damage, StoreError};

/// What a store is made of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// The last commit.
    pub sequence: u64,
    /// Tables on disk.
    pub tables: usize,
    /// Bytes of the tables on disk.
    pub table_bytes: u64,
    /// Entries of the tables: a key counts in each table that knows it.
    pub table_keys: u64,
    /// Those of them that stand for an absence.
    pub tombstones: u64,
    /// Bytes in memory that are in logs and not in tables yet.
    pub memory: usize,
}

/// What a whole check saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Keys that have a value.
    pub keys: u64,
    /// Bytes of those keys and their values.
    pub bytes: u64,
    /// Everything that is wrong; none if the store is whole.
    pub damages: Vec<Damage>,
}

impl Store {
    /// Tells what the store is made of.
    pub fn stats(&self) -> Stats {
        let version = self.shared.version();
        let footers = || version.tables.iter().map(|table| table.footer());
        Stats {
            sequence: self.sequence(),
            tables: version.tables.len(),
            table_bytes: version.tables.iter().map(|table| table.len()).sum(),
            table_keys: footers().map(|footer| footer.keys).sum(),
            tombstones: footers().map(|footer| footer.tombstones).sum(),
            memory: version.in_memory().map(|memory| memory.memory()).sum(),
        }
    }

    /// Reads everything and says what is wrong.
    pub fn check(&self) -> Check {
        let tables = self.shared.version().tables.clone();
        let damages: Vec<Damage> = tables
            .iter()
            .filter_map(|table| table.check().err())
            .collect();
        let mut check = Check {
            keys: 0,
            bytes: 0,
            damages,
        };
        if check.damages.is_empty() {
            let counted = count(&self.snapshot(), &mut check);
            if let Err(StoreError::Damaged(damage)) = counted {
                check.damages.push(damage);
            }
        }
        check
    }
}

fn count(snapshot: &Snapshot, check: &mut Check) -> Result<(), StoreError> {
    snapshot.for_each(|key, value| {
        check.keys += 1;
        check.bytes += (key.len() + value.len()) as u64;
        Ok::<_, StoreError>(())
    })
}
