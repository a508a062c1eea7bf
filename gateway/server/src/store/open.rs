//! Opening `gateway.redb`: made if it is missing, refused by name if it is not ours.
use std::path::Path;
use std::sync::Arc;

use redb::Database;

use super::tables::{
    ADDRESSES, ANSWERS, ANSWERS_BY_AGE, API_KEYS, OPERATIONS, OPERATIONS_BY_TXID, SEEDS, STAMP,
    UNOPENED, UNSETTLED, WALLETS,
};
use super::{Store, StoreError, Write};
use crate::OpenError;

/// Raised when a later program writes what an earlier one can't read.
const FORMAT: &[u8] = b"1";
/// Cache in memory; the rest is the system's page cache.
const CACHE_BYTES: usize = 32 * 1_024 * 1_024;

impl Store {
    /// Opens the store in `dir`, or makes it. `marks` are what it is stamped with: written on first
    /// use, compared ever after.
    ///
    /// # Errors
    /// The file can't be used, or carries another stamp.
    pub(crate) fn open(dir: &Path, marks: &[(&str, &[u8])]) -> Result<Self, OpenError> {
        let path = dir.join("gateway.redb");
        let database = Database::builder()
            .set_cache_size(CACHE_BYTES)
            .create(&path);
        let database = database.map_err(|error| match error {
            redb::DatabaseError::DatabaseAlreadyOpen => OpenError::InUse(path.clone()),
            other => OpenError::Store(Box::new(other.into())),
        })?;
        let store = Self(Arc::new(database));
        store.stamp(&path, marks)?;
        Ok(store)
    }

    fn stamp(&self, path: &Path, marks: &[(&str, &[u8])]) -> Result<(), OpenError> {
        let failed = |error: StoreError| match error {
            StoreError::Database(error) => OpenError::Store(error),
            _ => OpenError::ForeignStore {
                path: path.to_owned(),
                what: "contents".into(),
            },
        };
        let write = Write(self.0.begin_write().map_err(|error| failed(error.into()))?);
        let marks = std::iter::once(&("format", FORMAT)).chain(marks);
        for (name, mark) in marks {
            let found = write.stamp(name, mark).map_err(failed)?;
            if found != *mark {
                let what = (*name).to_owned();
                return Err(OpenError::ForeignStore {
                    path: path.to_owned(),
                    what,
                });
            }
        }
        write.make_tables().map_err(failed)?;
        write.0.commit().map_err(|error| failed(error.into()))
    }
}

impl Write {
    /// Returns the mark called `name`, which is `mark` if there was none.
    fn stamp(&self, name: &str, mark: &[u8]) -> Result<Vec<u8>, StoreError> {
        let mut table = self.0.open_table(STAMP)?;
        if let Some(found) = redb::ReadableTable::get(&table, name)? {
            return Ok(found.value().to_vec());
        }
        table.insert(name, mark)?;
        Ok(mark.to_vec())
    }

    /// A table that was never written can't be read, so all are made at once.
    fn make_tables(&self) -> Result<(), StoreError> {
        self.0.open_table(API_KEYS)?;
        self.0.open_table(WALLETS)?;
        self.0.open_table(SEEDS)?;
        self.0.open_table(ADDRESSES)?;
        self.0.open_table(OPERATIONS)?;
        self.0.open_table(OPERATIONS_BY_TXID)?;
        self.0.open_table(UNSETTLED)?;
        self.0.open_table(UNOPENED)?;
        self.0.open_table(ANSWERS)?;
        self.0.open_table(ANSWERS_BY_AGE)?;
        Ok(())
    }
}
