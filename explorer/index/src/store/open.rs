//! Opening `index.redb`: use it, or throw it away and begin anew.
use std::fs;
use std::path::Path;

use redb::{Database, DatabaseError, ReadableDatabase, StorageError, WriteTransaction};

use super::write::apply;
use super::{CACHE_BYTES, META, STAMP, Store, definition, stamp_of, storage};
use crate::IndexError;
use crate::rows::{Batch, Table};

impl Store {
    /// Opens the file at `path` for the chain whose first batch is `genesis`, or makes it.
    pub(crate) fn open(path: &Path, genesis: &Batch) -> Result<Self, IndexError> {
        let stamp = stamp_of(genesis);
        match builder().create(path) {
            Ok(db) => {
                let store = Self { db, stamp };
                let stamp = store.read_stamp();
                if matches!(&stamp, Ok(Some(found)) if *found == store.stamp) {
                    return Ok(store);
                }
                if !matches!(stamp, Ok(None)) {
                    tracing::warn!(
                        path = %path.display(),
                        "the index is of another format or another chain; it is built anew"
                    );
                }
                store.restart(genesis)?;
                Ok(store)
            }
            Err(DatabaseError::DatabaseAlreadyOpen) => Err(IndexError::InUse(path.to_owned())),
            Err(error) if is_damage(&error) => {
                tracing::warn!(path = %path.display(), %error, "the index is damaged; it is built anew");
                fs::remove_file(path)?;
                let db = builder().create(path).map_err(storage)?;
                let store = Self { db, stamp };
                store.restart(genesis)?;
                Ok(store)
            }
            Err(error) => Err(storage(error)),
        }
    }

    /// Empties every table and begins anew with `genesis`, in one transaction.
    pub(crate) fn restart(&self, genesis: &Batch) -> Result<(), IndexError> {
        let mut write = self.db.begin_write().map_err(storage)?;
        write.set_quick_repair(true);
        self.clear(&write)?;
        apply(&write, genesis)?;
        write.commit().map_err(storage)
    }

    fn clear(&self, write: &WriteTransaction) -> Result<(), IndexError> {
        write.delete_table(META).map_err(storage)?;
        for table in Table::ALL {
            write.delete_table(definition(*table)).map_err(storage)?;
            write.open_table(definition(*table)).map_err(storage)?;
        }
        let mut meta = write.open_table(META).map_err(storage)?;
        meta.insert(STAMP, self.stamp.as_slice()).map_err(storage)?;
        Ok(())
    }

    fn read_stamp(&self) -> Result<Option<Vec<u8>>, IndexError> {
        let read = self.db.begin_read().map_err(storage)?;
        let meta = match read.open_table(META) {
            Ok(meta) => meta,
            Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
            Err(error) => return Err(storage(error)),
        };
        let row = meta.get(STAMP).map_err(storage)?;
        Ok(row.map(|row| row.value().to_vec()))
    }
}

fn builder() -> redb::Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE_BYTES);
    builder
}

/// Tells a file that is broken from a disk that is: only the former may be thrown away.
fn is_damage(error: &DatabaseError) -> bool {
    match error {
        DatabaseError::UpgradeRequired(_) | DatabaseError::RepairAborted => true,
        DatabaseError::Storage(StorageError::Corrupted(_)) => true,
        DatabaseError::Storage(StorageError::Io(error)) => matches!(
            error.kind(),
            std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof
        ),
        _ => false,
    }
}
