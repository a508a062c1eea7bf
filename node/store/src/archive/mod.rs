//! Every block that was ever connected, in the order of their first connection, in one append-only file.
//!
//! Only a [`moneta_consensus::ValidBlock`] can be appended, and only after its parent: so whatever the
//! archive holds was verified, and the best chain of a node is the branch with most work in it, first
//! written first served. `docs/formats/archive.md` draws the file byte by byte.

mod file_header;
mod folder;
mod open;
mod record;
#[cfg(test)]
mod tests;

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use moneta_chain::{Height, SealedBlock, SealedHeader};
use moneta_consensus::{ValidBlock, ValidTransaction};

use crate::StoreError;
use crate::codec::{decode_effects, encode_effects};
use moneta_disk::{Storage, View};

pub(crate) use open::{ARCHIVE_FILE, Known};
pub use open::{MOST_UNSYNCED, ensure_unused};

use file_header::Key;
pub(crate) use folder::FolderLock;
use record::{Parts, Record, Spot};

/// Where a block stands in the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    offset: u64,
    len: u64,
    height: Height,
}

impl Place {
    /// Returns the height of the block there.
    pub const fn height(&self) -> Height {
        self.height
    }

    /// Returns the place of a block that came without its body.
    pub(crate) const fn without_body(height: Height) -> Self {
        Self {
            offset: 0,
            len: 0,
            height,
        }
    }

    /// Tells whether there ever was a body.
    pub(crate) const fn has_body(self) -> bool {
        self.len > 0
    }

    /// Returns where the record begins.
    pub(crate) const fn start(self) -> u64 {
        self.offset
    }

    /// Returns where the next record begins.
    pub(crate) const fn end(&self) -> u64 {
        self.offset + self.len
    }

    /// Returns offset, length and height, for the state to remember.
    pub(crate) const fn parts(self) -> (u64, u64, Height) {
        (self.offset, self.len, self.height)
    }

    /// Puts a place together again.
    pub(crate) const fn of(offset: u64, len: u64, height: Height) -> Self {
        Self {
            offset,
            len,
            height,
        }
    }
}

/// When a block outlives a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Before anybody hears that it was taken: for a block that was mined or submitted here, and for one that is
    /// passed on to somebody who relies on it.
    Now,
    /// Together with those that follow it: for blocks that peers have all the same, in a first sync. A crash may take
    /// the last of them, and leaves a chain as it was at one block.
    Soon,
}

/// The block archive. Appends come one at a time; reads never wait for them.
pub struct Archive {
    storage: Box<dyn Storage>,
    path: PathBuf,
    magic: [u8; 4],
    /// Key of the checksums.
    key: Key,
    writer: Mutex<Writer>,
    /// End of the last record. Nobody reads beyond.
    written: AtomicU64,
    /// End of the last record that is durable.
    synced: AtomicU64,
    view: RwLock<View>,
    /// Held for as long as the archive is open.
    _lock: Option<FolderLock>,
}

struct Writer {
    end: u64,
    /// A write or sync failed: what the disk holds past `end` is unknown, and asking it to sync again
    /// would wrongly report success.
    poisoned: bool,
}

impl Archive {
    /// Appends a block. If it is to last now it outlives a power cut when this returns, and so do all before it;
    /// else when [`Self::sync`] has returned.
    ///
    /// # Errors
    /// The disk is full or failing, now or earlier; or the block is longer than a record may be.
    pub fn append(&self, block: &ValidBlock, durability: Durability) -> Result<Place, StoreError> {
        let SealedBlock { block: body, seal } = block.block();
        let parts = Parts {
            height: block.height(),
            seal,
            block: &bitcoin::consensus::serialize(body),
            effects: &encode_effects(block.transactions()),
        };
        self.append_parts(&parts, durability)
    }

    fn append_parts(&self, parts: &Parts<'_>, durability: Durability) -> Result<Place, StoreError> {
        let mut writer = self.writer()?;
        let offset = writer.end;
        let durable = self.synced.load(Ordering::Acquire);
        let bytes = record::encode(&self.spot(offset), durable, parts)?;
        let written = self.storage.write_at(offset, &bytes);
        written.map_err(|error| self.poison(&mut writer, error))?;
        let len = bytes.len() as u64;
        writer.end = offset + len;
        if durability == Durability::Now || writer.end - durable >= MOST_UNSYNCED {
            self.sync_all(&mut writer)?;
        }
        self.written.store(writer.end, Ordering::Release);
        Ok(Place {
            offset,
            len,
            height: parts.height,
        })
    }

    /// Returns once every block that was appended outlives a power cut.
    ///
    /// # Errors
    /// The disk is failing, now or earlier.
    pub fn sync(&self) -> Result<(), StoreError> {
        let mut writer = self.writer()?;
        if self.unsynced() > 0 {
            self.sync_all(&mut writer)?;
        }
        Ok(())
    }

    fn writer(&self) -> Result<MutexGuard<'_, Writer>, StoreError> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if writer.poisoned {
            return Err(StoreError::Poisoned);
        }
        Ok(writer)
    }

    fn sync_all(&self, writer: &mut Writer) -> Result<(), StoreError> {
        let synced = self.storage.sync();
        synced.map_err(|error| self.poison(writer, error))?;
        self.synced.store(writer.end, Ordering::Release);
        Ok(())
    }

    fn poison(&self, writer: &mut Writer, error: io::Error) -> StoreError {
        writer.poisoned = true;
        tracing::error!(path = %self.path.display(), %error, "the block archive can't be written");
        StoreError::Write(error)
    }

    const fn spot(&self, offset: u64) -> Spot {
        Spot {
            magic: self.magic,
            key: self.key,
            offset,
        }
    }

    /// Returns how many bytes of blocks a power cut could take.
    pub fn unsynced(&self) -> u64 {
        let synced = self.synced.load(Ordering::Acquire);
        self.end().saturating_sub(synced)
    }

    /// Tells whether a block outlives a power cut.
    pub fn is_synced(&self, place: Place) -> bool {
        place.end() <= self.synced.load(Ordering::Acquire)
    }

    /// Returns where the last record ends.
    pub(crate) fn end(&self) -> u64 {
        self.written.load(Ordering::Acquire)
    }

    /// Makes sure that room can be given back at all, by way of the room behind the end, which there is none of.
    ///
    /// # Errors
    /// The file system can't.
    pub(crate) fn ensure_forgets(&self) -> io::Result<()> {
        self.storage.forget(self.storage.len()?, 1)
    }

    /// Gives back the room of all records up to the end of one. Nobody may read at the same time.
    ///
    /// # Errors
    /// The disk is failing.
    pub(crate) fn forget(&mut self, to: u64) -> Result<(), StoreError> {
        let from = file_header::FILE_HEADER_LEN as u64;
        // Views of what is forgotten end here.
        *self.view.get_mut().unwrap_or_else(PoisonError::into_inner) = View::new(Vec::new());
        let forgotten = self.storage.forget(from, to.saturating_sub(from));
        forgotten.map_err(StoreError::Write)?;
        self.storage.sync().map_err(StoreError::Write)
    }

    /// Reads the block at `place`.
    ///
    /// # Errors
    /// The bytes there can't be read, or are not what was written.
    pub fn read(&self, place: Place) -> Result<SealedBlock, StoreError> {
        self.with_record(place, |record| {
            let block = bitcoin::consensus::deserialize(record.block).ok()?;
            Some(SealedBlock {
                block,
                seal: record.seal,
            })
        })
    }

    /// Reads what the transactions of the block at `place` did there.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_effects(&self, place: Place) -> Result<Vec<ValidTransaction>, StoreError> {
        self.with_record(place, |record| decode_effects(record.effects))
    }

    /// Reads the header of the block at `place`, and its seal.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_header(&self, place: Place) -> Result<SealedHeader, StoreError> {
        self.with_record(place, |record| {
            let header = bitcoin::consensus::deserialize_partial(record.block).ok()?;
            Some(SealedHeader {
                header: header.0,
                seal: record.seal,
            })
        })
    }

    fn with_record<T>(
        &self,
        place: Place,
        parse: impl FnOnce(Record<'_>) -> Option<T>,
    ) -> Result<T, StoreError> {
        let damaged = StoreError::Damaged {
            offset: place.offset,
        };
        let view = self.view_to(place.offset + place.len)?;
        match record::decode(&view, &self.spot(place.offset)) {
            Some(record) if record.head.len == place.len => parse(record).ok_or(damaged),
            _ => Err(damaged),
        }
    }

    /// Returns a view that reaches at least to `end`.
    fn view_to(&self, end: u64) -> Result<View, StoreError> {
        let view = self.view.read().unwrap_or_else(PoisonError::into_inner);
        if view.len() as u64 >= end {
            return Ok(view.clone());
        }
        drop(view);
        let fresh = self.storage.view(self.end()).map_err(StoreError::Read)?;
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = fresh.clone();
        Ok(fresh)
    }
}
