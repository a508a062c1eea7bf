//! Many named storages: the port, and its implementation in memory.
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{MemoryStorage, Storage};

/// A folder of named storages. A single writer is the caller's duty.
pub trait Folder: Send + Sync + 'static {
    /// Returns the names there are, in no order.
    ///
    /// # Errors
    /// The disk is failing.
    fn names(&self) -> io::Result<Vec<String>>;

    /// Makes an empty storage. Its name lasts from the next [`Self::sync_names`] on.
    ///
    /// # Errors
    /// There is one of this name (`AlreadyExists`), or the disk is full or failing.
    fn create(&self, name: &str) -> io::Result<Arc<dyn Storage>>;

    /// Opens a storage.
    ///
    /// # Errors
    /// There is none of this name (`NotFound`), or the disk is failing.
    fn open(&self, name: &str) -> io::Result<Arc<dyn Storage>>;

    /// Gives a storage another name, in place of what had it before: atomic, and lasting from the next
    /// [`Self::sync_names`] on.
    ///
    /// # Errors
    /// There is no such storage, or the disk is failing.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Takes a name away. Who still reads the storage may go on; its room is free when the last has done.
    ///
    /// # Errors
    /// There is no such storage, or the disk is failing.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// Returns once every name as it is now will outlive a power cut.
    ///
    /// # Errors
    /// The disk is failing.
    fn sync_names(&self) -> io::Result<()>;
}

/// A folder in memory. Clones share it, so that a test can reopen what a store has left.
#[derive(Debug, Clone, Default)]
pub struct MemoryFolder {
    storages: Arc<Mutex<BTreeMap<String, MemoryStorage>>>,
}

impl MemoryFolder {
    /// Starts from the bytes of each storage.
    pub fn new(contents: BTreeMap<String, Vec<u8>>) -> Self {
        let storages = contents.into_iter();
        let storages = storages.map(|(name, bytes)| (name, MemoryStorage::new(bytes)));
        Self {
            storages: Arc::new(Mutex::new(storages.collect())),
        }
    }

    /// Returns a copy of the bytes of each storage.
    pub fn contents(&self) -> BTreeMap<String, Vec<u8>> {
        let storages = self.storages();
        let contents = storages.iter();
        contents
            .map(|(name, storage)| (name.clone(), storage.bytes()))
            .collect()
    }

    fn storages(&self) -> MutexGuard<'_, BTreeMap<String, MemoryStorage>> {
        self.storages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Folder for MemoryFolder {
    fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.storages().keys().cloned().collect())
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn Storage>> {
        let mut storages = self.storages();
        if storages.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let storage = MemoryStorage::default();
        storages.insert(name.to_owned(), storage.clone());
        Ok(Arc::new(storage))
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn Storage>> {
        let storage = self.storages().get(name).cloned();
        Ok(Arc::new(storage.ok_or(io::ErrorKind::NotFound)?))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut storages = self.storages();
        let storage = storages.remove(from).ok_or(io::ErrorKind::NotFound)?;
        storages.insert(to.to_owned(), storage);
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let removed = self.storages().remove(name);
        removed.map(drop).ok_or(io::ErrorKind::NotFound.into())
    }

    fn sync_names(&self) -> io::Result<()> {
        Ok(())
    }
}
