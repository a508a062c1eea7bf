//! The folder of the chain, and the lock that keeps it to one process.
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::OpenError;

/// Name of the file that carries the lock. It stays when the process ends; the lock does not.
const LOCK_FILE: &str = "LOCK";

/// The folder is ours until this is dropped, or the process dies.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Makes the folder if need be, and takes it.
    ///
    /// # Errors
    /// Another process has it, or the system does not let us.
    pub(crate) fn take(folder: &Path) -> Result<Self, OpenError> {
        let io = |path: PathBuf| move |source| OpenError::Io { path, source };
        fs::create_dir_all(folder).map_err(io(folder.to_path_buf()))?;
        let path = folder.join(LOCK_FILE);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(io(path.clone()))?;
        Self::hold(folder, path, file)
    }

    /// Takes the folder as it is, for whoever changes nothing in it: `None` if nobody ever took it.
    ///
    /// # Errors
    /// Another process has it, or the system does not let us.
    pub(crate) fn look(folder: &Path) -> Result<Option<Self>, OpenError> {
        let path = folder.join(LOCK_FILE);
        match File::open(&path) {
            Ok(file) => Self::hold(folder, path, file).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(OpenError::Io { path, source }),
        }
    }

    fn hold(folder: &Path, path: PathBuf, file: File) -> Result<Self, OpenError> {
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
                folder: folder.to_path_buf(),
            }),
            Err(TryLockError::Error(source)) => Err(OpenError::Io { path, source }),
        }
    }
}
