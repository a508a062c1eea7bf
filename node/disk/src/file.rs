//! Bytes in files: written with pwrite, synced with fdatasync, read through a map.
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{FallocateFlags, fallocate};

use crate::mmap::map_prefix;

use crate::{Folder, Storage, View};

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

    fn forget(&self, offset: u64, len: u64) -> io::Result<()> {
        let flags = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
        Ok(fallocate(&self.file, flags, offset, len)?)
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn view(&self, len: u64) -> io::Result<View> {
        self.map(len).map(View::new)
    }

    fn view_at_random(&self, len: u64) -> io::Result<View> {
        let map = self.map(len)?;
        // Whether the kernel follows depends on the file system and on what is in its page cache already.
        #[cfg(target_os = "linux")]
        let _ = map.advise(memmap2::Advice::HugePage);
        Ok(View::new(map))
    }
}

impl FileStorage {
    fn map(&self, len: u64) -> io::Result<memmap2::Mmap> {
        // A map past the end of the file would kill the process on the first read there.
        if self.len()? < len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let len = usize::try_from(len).map_err(|_| io::ErrorKind::FileTooLarge)?;
        map_prefix(&self.file, len)
    }
}

/// Makes a folder and those that lead to it, so that they outlive a power cut: without that all that is synced inside may
/// vanish with the name of a folder above.
///
/// # Errors
/// One of them can't be made.
pub fn create_folder(path: &Path) -> io::Result<()> {
    create_folder_with(path, sync_name)
}

fn create_folder_with(
    path: &Path,
    mut sync_name: impl FnMut(&Path) -> io::Result<()>,
) -> io::Result<()> {
    let missing: Vec<&Path> = path
        .ancestors()
        .take_while(|folder| !folder.as_os_str().is_empty() && !folder.is_dir())
        .collect();
    for folder in missing.into_iter().rev() {
        match std::fs::create_dir(folder) {
            // Another process was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
            made => made?,
        }
        sync_name(folder)?;
    }
    Ok(())
}

/// Makes the name of a file or folder last: it lives in the folder above.
fn sync_name(path: &Path) -> io::Result<()> {
    let above = path.parent();
    let above = above.map(|above| match above.as_os_str().is_empty() {
        true => Path::new("."),
        false => above,
    });
    match above {
        Some(above) => File::open(above)?.sync_all(),
        None => Ok(()),
    }
}

/// A folder of the file system.
#[derive(Debug, Clone)]
pub struct FileFolder {
    path: PathBuf,
}

impl FileFolder {
    /// Opens the folder at `path`, or makes it, so that it outlives a power cut.
    ///
    /// # Errors
    /// The folder can't be made or read.
    pub fn open(path: &Path) -> io::Result<Self> {
        create_folder(path)?;
        // Who made it may have died, or failed, before its name was durable.
        sync_name(path)?;
        Ok(Self {
            path: path.to_owned(),
        })
    }

    fn options() -> OpenOptions {
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        options
    }
}

impl Folder for FileFolder {
    fn names(&self) -> io::Result<Vec<String>> {
        let entries = std::fs::read_dir(&self.path)?;
        let names = entries.map(|entry| Ok(entry?.file_name().into_string().ok()));
        // A name that is no text is none of ours.
        names.filter_map(Result::transpose).collect()
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn Storage>> {
        let file = Self::options()
            .create_new(true)
            .open(self.path.join(name))?;
        Ok(Arc::new(FileStorage { file }))
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn Storage>> {
        let file = Self::options().open(self.path.join(name))?;
        Ok(Arc::new(FileStorage { file }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        std::fs::rename(self.path.join(from), self.path.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        std::fs::remove_file(self.path.join(name))
    }

    fn sync_names(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_every_folder_that_is_made_is_synced_from_above_down() {
        let root = tempfile::tempdir().expect("a folder");
        let [a, b, c] = ["a", "a/b", "a/b/c"].map(|name| root.path().join(name));
        let mut synced = Vec::new();
        let mut make = |path: &Path| {
            create_folder_with(path, |made| {
                assert!(made.is_dir());
                synced.push(made.to_owned());
                Ok(())
            })
        };
        make(&c).expect("it can be made");
        make(&c).expect("it is there");
        assert_eq!(synced, [a, b, c]);
        create_folder(&root.path().join("d/e")).expect("it can be made");
        std::fs::write(root.path().join("file"), []).expect("it can be made");
        create_folder(&root.path().join("file/f")).expect_err("a file is no folder");
    }
}
