//! The log: every commit since the last table, one record each, appended and synced before anybody is told.
//!
//! | field | bytes |
//! |---|---|
//! | `MNTL` | 4 |
//! | length of the batch | 4 |
//! | sequence number of the commit | 8 |
//! | how much of the log was synced when this was written | 8 |
//! | CRC-32 of the batch | 4 |
//! | CRC-32 of the 28 bytes before, begun at the log's key | 4 |
//! | the batch | |
//!
//! The key follows from the store's salt, which nobody outside knows. So no value that is stored can pass for a record,
//! and say of what a power cut tore that it had been synced.

mod recover;

use std::sync::Arc;

use moneta_disk::Storage;

use crate::StoreError;
use crate::hash::Salt;

pub(crate) use recover::recover;

const MAGIC: [u8; 4] = *b"MNTL";
/// Bytes of a record before its batch.
pub(crate) const HEAD: usize = 32;

/// Returns the name of a log's file.
pub(crate) fn file_name(number: u64) -> String {
    format!("{number:08}.log")
}

/// Where the checksums of a log's heads begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LogKey(u32);

impl LogKey {
    /// Returns the key of the log of that number.
    pub(crate) fn new(salt: Salt, number: u64) -> Self {
        let [a, b, c, d, ..] = salt.hash(&number.to_le_bytes()).to_le_bytes();
        Self(u32::from_le_bytes([a, b, c, d]))
    }

    fn checksum(self, head: &[u8]) -> [u8; 4] {
        let mut crc = crc32fast::Hasher::new_with_initial(self.0);
        crc.update(head);
        crc.finalize().to_le_bytes()
    }
}

/// The log that is written now.
pub(crate) struct Log {
    pub(crate) number: u64,
    key: LogKey,
    storage: Arc<dyn Storage>,
    len: u64,
    synced: u64,
}

impl Log {
    /// Starts an empty log over an empty storage.
    pub(crate) fn new(salt: Salt, number: u64, storage: Arc<dyn Storage>) -> Self {
        Self {
            number,
            key: LogKey::new(salt, number),
            storage,
            len: 0,
            synced: 0,
        }
    }

    /// Appends a record, whose head is filled in here. If that fails the log is as it was.
    ///
    /// # Errors
    /// The disk is full or failing: [`StoreError::Write`], or [`StoreError::Poisoned`] if even the torn record
    /// can't be cut off.
    pub(crate) fn append(&mut self, sequence: u64, record: &mut [u8]) -> Result<(), StoreError> {
        let (room, batch) = record.split_at_mut(HEAD);
        room.copy_from_slice(&head(self.key, sequence, self.synced, batch));
        if let Err(source) = self.storage.write_at(self.len, record) {
            self.storage
                .truncate(self.len)
                .map_err(|_| StoreError::Poisoned)?;
            return Err(StoreError::write(&file_name(self.number))(source));
        }
        self.len += record.len() as u64;
        Ok(())
    }

    /// Returns once every record outlives a power cut.
    ///
    /// # Errors
    /// [`StoreError::Poisoned`]: nobody knows what the disk holds, also if a later sync should succeed.
    pub(crate) fn sync(&mut self) -> Result<(), StoreError> {
        if self.synced < self.len {
            self.storage.sync().map_err(|error| {
                tracing::error!(%error, "the log can't be synced");
                StoreError::Poisoned
            })?;
            self.synced = self.len;
        }
        Ok(())
    }
}

fn head(key: LogKey, sequence: u64, synced: u64, batch: &[u8]) -> [u8; HEAD] {
    let len = u32::try_from(batch.len()).expect("batches are bounded");
    let mut head = [0; HEAD];
    head[..4].copy_from_slice(&MAGIC);
    head[4..8].copy_from_slice(&len.to_le_bytes());
    head[8..16].copy_from_slice(&sequence.to_le_bytes());
    head[16..24].copy_from_slice(&synced.to_le_bytes());
    head[24..28].copy_from_slice(&crc32fast::hash(batch).to_le_bytes());
    let crc = key.checksum(&head[..28]);
    head[28..].copy_from_slice(&crc);
    head
}
