//! A folder that is only looked at: files are opened for reading, and what is written besides stays in memory.
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::mmap::map_prefix;
use crate::{Folder, MemoryStorage, Storage, View};

/// A folder of the file system that stays as it is, for whoever may not write there or should not. What opens it goes
/// through the motions of a recovery: files are cut and removed in its eyes only, and new ones are made in memory.
#[derive(Debug)]
pub struct LookedAtFolder {
    path: PathBuf,
    changes: Mutex<Changes>,
}

#[derive(Debug, Default)]
struct Changes {
    made: BTreeMap<String, MemoryStorage>,
    removed: BTreeSet<String>,
}

impl LookedAtFolder {
    /// Looks at the folder at `path`; one that is not there is empty.
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            changes: Mutex::default(),
        }
    }

    fn changes(&self) -> MutexGuard<'_, Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Folder for LookedAtFolder {
    fn names(&self) -> io::Result<Vec<String>> {
        let changes = self.changes();
        let mut names: BTreeSet<String> = changes.made.keys().cloned().collect();
        match std::fs::read_dir(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
            Ok(entries) => {
                for entry in entries {
                    let name = entry?.file_name().into_string();
                    names.extend(name.into_iter().filter(|it| !changes.removed.contains(it)));
                }
            }
        }
        Ok(names.into_iter().collect())
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn Storage>> {
        if self.names()?.iter().any(|there| there == name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let storage = MemoryStorage::default();
        self.changes().made.insert(name.to_owned(), storage.clone());
        Ok(Arc::new(storage))
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn Storage>> {
        let changes = self.changes();
        if let Some(storage) = changes.made.get(name) {
            return Ok(Arc::new(storage.clone()));
        }
        if changes.removed.contains(name) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let file = File::open(self.path.join(name))?;
        let len = Mutex::new(file.metadata()?.len());
        Ok(Arc::new(LookedAt { file, len }))
    }

    /// Only of what was made here.
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut changes = self.changes();
        let storage = changes.made.remove(from);
        let storage = storage.ok_or(io::ErrorKind::ReadOnlyFilesystem)?;
        changes.made.insert(to.to_owned(), storage);
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut changes = self.changes();
        if changes.made.remove(name).is_none() {
            changes.removed.insert(name.to_owned());
        }
        Ok(())
    }

    fn sync_names(&self) -> io::Result<()> {
        Ok(())
    }
}

/// A file that is only read.
struct LookedAt {
    file: File,
    /// How much of it counts: what was cut off since stays on disk.
    len: Mutex<u64>,
}

impl LookedAt {
    fn known_len(&self) -> MutexGuard<'_, u64> {
        self.len.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Storage for LookedAt {
    fn len(&self) -> io::Result<u64> {
        Ok(*self.known_len())
    }

    /// Only what is there already.
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut there = vec![0; bytes.len()];
        self.file.read_exact_at(&mut there, offset)?;
        match there == bytes {
            true => Ok(()),
            false => Err(io::ErrorKind::ReadOnlyFilesystem.into()),
        }
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        let mut known = self.known_len();
        *known = len.min(*known);
        Ok(())
    }

    fn forget(&self, _offset: u64, _len: u64) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    fn view(&self, len: u64) -> io::Result<View> {
        if self.known_len().min(self.file.metadata()?.len()) < len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let len = usize::try_from(len).map_err(|_| io::ErrorKind::FileTooLarge)?;
        map_prefix(&self.file, len).map(View::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_looked_at_stays_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("there"), b"seven b").unwrap();
        let folder = LookedAtFolder::new(dir.path());
        let there = folder.open("there").unwrap();
        there.write_at(2, b"ve").unwrap();
        there.write_at(2, b"xx").unwrap_err();
        there.truncate(3).unwrap();
        assert_eq!(there.len().unwrap(), 3);
        assert_eq!(&there.view(3).unwrap()[..], b"sev");
        assert!(there.view(4).is_err());
        folder.create("there").map(|_| ()).unwrap_err();
        let made = folder.create("made").unwrap();
        made.write_at(0, b"new").unwrap();
        folder.rename("made", "renamed").unwrap();
        assert_eq!(folder.names().unwrap(), ["renamed", "there"]);
        folder.remove("there").unwrap();
        assert!(folder.open("there").is_err());
        assert_eq!(folder.names().unwrap(), ["renamed"]);
        assert_eq!(std::fs::read(dir.path().join("there")).unwrap(), b"seven b");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
        let nowhere = LookedAtFolder::new(&dir.path().join("nowhere"));
        assert_eq!(nowhere.names().unwrap(), Vec::<String>::new());
    }
}
