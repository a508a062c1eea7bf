//! Where bytes lie: one small port, and its implementations over files, memory, and a recorder that crashes.
#![doc = include_str!("../README.md")]

mod again;
mod file;
mod folder;
mod looked_at;
mod memory;
mod mmap;
mod recorded;
mod recorder;

use std::io;
use std::ops::Deref;
use std::sync::Arc;

pub use again::write_again;
pub use file::{FileFolder, FileStorage, create_folder};
pub use folder::{Folder, MemoryFolder};
pub use looked_at::LookedAtFolder;
pub use memory::MemoryStorage;
pub use recorded::RecordedFolder;
pub use recorder::Recorder;

/// One file's worth of bytes. A single writer is the caller's duty; readers may be many.
#[allow(clippy::len_without_is_empty)] // An empty storage is no case of its own.
pub trait Storage: Send + Sync + 'static {
    /// Returns how many bytes there are.
    ///
    /// # Errors
    /// The system can't tell.
    fn len(&self) -> io::Result<u64>;

    /// Writes all of `bytes` from `offset` on; the storage grows as needed.
    ///
    /// # Errors
    /// The disk is full or failing. Any part of the bytes may have been written then.
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Cuts the storage down to `len` bytes.
    ///
    /// # Errors
    /// The disk is failing.
    fn truncate(&self, len: u64) -> io::Result<()>;

    /// Gives back the room of `len` bytes from `offset` on; they read as zeros from then on. No view may show them. What
    /// lies behind the end has no room, and the end stays where it is.
    ///
    /// # Errors
    /// The disk is failing, or its file system can't.
    fn forget(&self, offset: u64, len: u64) -> io::Result<()>;

    /// Returns once everything written so far will outlive a power cut.
    ///
    /// # Errors
    /// The disk is failing. What was written since the last sync may be lost, even if a later sync
    /// succeeds: the kernel marks the pages clean all the same.
    fn sync(&self) -> io::Result<()>;

    /// Returns the first `len` bytes for reading. They must have been synced.
    ///
    /// # Errors
    /// There are fewer bytes, or they can't be mapped.
    fn view(&self, len: u64) -> io::Result<View>;

    /// As [`Self::view`], for bytes that are read all over and at random: on huge pages where the system has
    /// them for files.
    ///
    /// # Errors
    /// As [`Self::view`].
    fn view_at_random(&self, len: u64) -> io::Result<View> {
        self.view(len)
    }
}

/// A storage that a folder has handed out.
impl Storage for Arc<dyn Storage> {
    fn len(&self) -> io::Result<u64> {
        (**self).len()
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        (**self).write_at(offset, bytes)
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        (**self).truncate(len)
    }

    fn forget(&self, offset: u64, len: u64) -> io::Result<()> {
        (**self).forget(offset, len)
    }

    fn sync(&self) -> io::Result<()> {
        (**self).sync()
    }

    fn view(&self, len: u64) -> io::Result<View> {
        (**self).view(len)
    }
}

/// Bytes that can be read by many at once and never change.
#[derive(Clone)]
pub struct View(Arc<dyn AsRef<[u8]> + Send + Sync>);

impl View {
    /// Wraps bytes.
    pub fn new(bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        Self(Arc::new(bytes))
    }
}

impl Deref for View {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        (*self.0).as_ref()
    }
}
