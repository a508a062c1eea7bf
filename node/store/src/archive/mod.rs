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

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};

use moneta_chain::{Height, Seal, SealedBlock, SealedHeader};
use moneta_consensus::{ValidBlock, ValidTransaction};

use crate::StoreError;
use crate::codec::{decode_effects, encode_effects};
use moneta_disk::{Storage, View};

pub use open::ensure_unused;

pub(crate) use folder::FolderLock;
use record::Record;

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
    writer: Mutex<Writer>,
    /// End of the last record that is durable. Nobody reads beyond.
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
    /// Appends a block and returns once it will outlive a power cut.
    ///
    /// # Errors
    /// The disk is full or failing, now or earlier; or the block is longer than a record may be.
    pub fn append(&self, block: &ValidBlock) -> Result<Place, StoreError> {
        let SealedBlock { block: body, seal } = block.block();
        let effects = encode_effects(block.transactions());
        self.append_bytes(
            block.height(),
            seal,
            &bitcoin::consensus::serialize(body),
            &effects,
        )
    }

    fn append_bytes(
        &self,
        height: Height,
        seal: &Seal,
        block: &[u8],
        effects: &[u8],
    ) -> Result<Place, StoreError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if writer.poisoned {
            return Err(StoreError::Poisoned);
        }
        let offset = writer.end;
        let bytes = record::encode(self.magic, offset, height, seal, block, effects)?;
        let written = self
            .storage
            .write_at(offset, &bytes)
            .and_then(|()| self.storage.sync());
        if let Err(error) = written {
            writer.poisoned = true;
            tracing::error!(path = %self.path.display(), %error, "the block archive can't be written");
            return Err(StoreError::Write(error));
        }
        let len = bytes.len() as u64;
        writer.end = offset + len;
        self.synced.store(writer.end, Ordering::Release);
        Ok(Place {
            offset,
            len,
            height,
        })
    }

    /// Returns where the last record ends.
    pub(crate) fn end(&self) -> u64 {
        self.synced.load(Ordering::Acquire)
    }

    /// Gives back the room of all records between two of their ends; returns how many bytes that are. Nobody may
    /// read at the same time.
    pub(crate) fn forget(&mut self, from: u64, to: u64) -> Result<u64, StoreError> {
        let from = from.max(file_header::FILE_HEADER_LEN as u64);
        // Views of what is forgotten end here.
        *self.view.get_mut().unwrap_or_else(PoisonError::into_inner) = View::new(Vec::new());
        let forgotten = self.storage.forget(from, to - from);
        forgotten.map_err(StoreError::Write)?;
        self.storage.sync().map_err(StoreError::Write)?;
        Ok(to - from)
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
        match record::decode(&view, self.magic, place.offset) {
            Some(record) if record.len == place.len => parse(record).ok_or(damaged),
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
        let fresh = self
            .storage
            .view(self.synced.load(Ordering::Acquire))
            .map_err(StoreError::Read)?;
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = fresh.clone();
        Ok(fresh)
    }
}
