//! Bytes in memory, for tests and for chains that need not last.
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use crate::{Storage, View};

/// Bytes in memory. Clones share them, so that a test can reopen what a node has left.
#[derive(Debug, Clone, Default)]
pub struct MemoryStorage {
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl MemoryStorage {
    /// Wraps bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes: Arc::new(Mutex::new(bytes)),
        }
    }

    /// Returns a copy of the bytes.
    pub fn bytes(&self) -> Vec<u8> {
        self.with(|bytes| bytes.clone())
    }

    fn with<T>(&self, act: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        act(&mut self.bytes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Storage for MemoryStorage {
    fn len(&self) -> io::Result<u64> {
        Ok(self.with(|bytes| bytes.len()) as u64)
    }

    fn write_at(&self, offset: u64, new: &[u8]) -> io::Result<()> {
        let start = usize::try_from(offset).map_err(|_| io::ErrorKind::FileTooLarge)?;
        self.with(|bytes| place(bytes, start, new));
        Ok(())
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        let len = usize::try_from(len).map_err(|_| io::ErrorKind::FileTooLarge)?;
        self.with(|bytes| bytes.truncate(len));
        Ok(())
    }

    fn forget(&self, offset: u64, len: u64) -> io::Result<()> {
        let len = len.min(self.len()?.saturating_sub(offset));
        self.write_at(offset, &zeros(len)?)
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    fn view(&self, len: u64) -> io::Result<View> {
        let len = usize::try_from(len).map_err(|_| io::ErrorKind::FileTooLarge)?;
        self.with(|bytes| bytes.get(..len).map(<[u8]>::to_vec))
            .map(View::new)
            .ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

/// Lays `new` over `bytes` from `start` on; a gap reads as zeros, as it does in a file.
pub(crate) fn place(bytes: &mut Vec<u8>, start: usize, new: &[u8]) {
    let end = start + new.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[start..end].copy_from_slice(new);
}

/// What forgotten bytes read as.
pub(crate) fn zeros(len: u64) -> io::Result<Vec<u8>> {
    let len = usize::try_from(len).map_err(|_| io::ErrorKind::FileTooLarge)?;
    Ok(vec![0; len])
}
