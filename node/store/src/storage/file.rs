//! Bytes in a file: written with pwrite, synced with fdatasync, read through a map.
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::mmap::map_prefix;

use super::{Storage, View};

/// Bytes in a file.
#[derive(Debug)]
pub struct FileStorage {
    file: File,
}

impl FileStorage {
    /// Opens the file at `path`, or makes an empty one that outlives a power cut.
    ///
    /// # Errors
    /// The file can't be opened or made.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        file.sync_all()?;
        // The name lives in the folder: without this the whole file may vanish. Not only for a new file:
        // who made it may have died, or failed, before it came to this.
        if let Some(folder) = path.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(Self { file })
    }
}

impl Storage for FileStorage {
    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all_at(bytes, offset)
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.file.set_len(len)
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn view(&self, len: u64) -> io::Result<View> {
        // A map past the end of the file would kill the process on the first read there.
        if self.len()? < len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let len = usize::try_from(len).map_err(|_| io::ErrorKind::FileTooLarge)?;
        Ok(View::new(map_prefix(&self.file, len)?))
    }
}
