//! The folder of the chain, and the lock that keeps it to one process.
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use moneta_disk::create_folder;

use crate::OpenError;

/// Name of the file that carries the lock. It stays when the process ends; the lock does not.
const LOCK_FILE: &str = "LOCK";

/// The folder is ours until this is dropped, or the process dies.
///
/// Whoever may write takes two locks: of the file, and of the folder itself, where the system locks folders. Whoever only
/// looks takes that of the file; where there is none, as in a copy or where nobody ever wrote, that of the folder, and so
/// keeps out whoever might begin to write.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: Option<File>,
    _folder: Option<File>,
}

impl FolderLock {
    /// Makes the folder if need be, and takes it.
    ///
    /// # Errors
    /// Another process has it, or the system does not let us.
    pub(crate) fn take(folder: &Path) -> Result<Self, OpenError> {
        let io = |path: PathBuf| move |source| OpenError::Io { path, source };
        create_folder(folder).map_err(io(folder.to_path_buf()))?;
        let itself = match lock_folder(folder) {
            // The file's is enough among those who write.
            Err(OpenError::Io { .. }) => None,
            itself => Some(itself?),
        };
        let path = folder.join(LOCK_FILE);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(io(path.clone()))?;
        Ok(Self {
            _file: Some(hold(folder, path, file)?),
            _folder: itself,
        })
    }

    /// Takes the folder as it is, for whoever changes nothing in it.
    ///
    /// # Errors
    /// Another process has it, or the system does not let us.
    pub(crate) fn look(folder: &Path) -> Result<Self, OpenError> {
        let path = folder.join(LOCK_FILE);
        let (file, itself) = match File::open(&path) {
            Ok(file) => (Some(hold(folder, path, file)?), None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                (None, Some(lock_folder(folder)?))
            }
            Err(source) => return Err(OpenError::Io { path, source }),
        };
        Ok(Self {
            _file: file,
            _folder: itself,
        })
    }
}

fn lock_folder(folder: &Path) -> Result<File, OpenError> {
    let opened = File::open(folder).map_err(|source| OpenError::Io {
        path: folder.to_path_buf(),
        source,
    })?;
    hold(folder, folder.to_path_buf(), opened)
}

fn hold(folder: &Path, path: PathBuf, file: File) -> Result<File, OpenError> {
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
            folder: folder.to_path_buf(),
        }),
        Err(TryLockError::Error(source)) => Err(OpenError::Io { path, source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_writes_in_a_folder_that_is_looked_at_and_nobody_looks_while_one_writes() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        let is_in_use =
            |lock: Result<FolderLock, OpenError>| matches!(lock, Err(OpenError::InUse { .. }));
        // Nobody ever took it: there is no file to lock, and none is made.
        let looker = FolderLock::look(folder).expect("it is free");
        assert!(is_in_use(FolderLock::take(folder)));
        assert_eq!(folder.read_dir().expect("it is there").count(), 0);
        drop(looker);
        let writer = FolderLock::take(folder).expect("it is free");
        assert!(is_in_use(FolderLock::look(folder)));
        drop(writer);
        let looker = FolderLock::look(folder).expect("it is free");
        assert!(is_in_use(FolderLock::take(folder)));
        drop(looker);
        FolderLock::take(folder).expect("it is free");
    }
}
