//! One storage that remembers every step: a recorded folder with a single file.
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use crate::{Folder, RecordedFolder, Storage, View};

/// Name of the file.
const NAME: &str = "bytes";

/// Bytes in memory, with every step that led to them. Clones share both.
#[derive(Clone)]
pub struct Recorder {
    folder: RecordedFolder,
    storage: Arc<dyn Storage>,
}

impl Default for Recorder {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl Recorder {
    /// Starts from durable bytes.
    pub fn new(base: Vec<u8>) -> Self {
        let folder = RecordedFolder::new(BTreeMap::from([(NAME.to_owned(), base)]));
        let storage = folder.open(NAME).expect("it is there from the start");
        Self { folder, storage }
    }

    /// Returns how many steps there were so far.
    pub fn steps(&self) -> usize {
        self.folder.steps()
    }

    /// Makes every step fail from now on, as a dying disk does.
    pub fn fail(&self) {
        self.fail_after(0);
    }

    /// Makes every step fail after `steps` more have succeeded.
    pub fn fail_after(&self, steps: usize) {
        self.folder.fail_after(steps);
    }

    /// Returns what a disk may hold after a power cut that strikes after the first `steps` steps:
    /// all that was synced by then, and of everything later the pieces that `keep` says yes to.
    pub fn crash(&self, steps: usize, keep: impl FnMut() -> bool) -> Vec<u8> {
        let mut files = self.folder.crash(steps, keep);
        files.remove(NAME).expect("its name was never changed")
    }
}

impl Storage for Recorder {
    fn len(&self) -> io::Result<u64> {
        self.storage.len()
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.storage.write_at(offset, bytes)
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.storage.truncate(len)
    }

    fn forget(&self, offset: u64, len: u64) -> io::Result<()> {
        self.storage.forget(offset, len)
    }

    fn sync(&self) -> io::Result<()> {
        self.storage.sync()
    }

    fn view(&self, len: u64) -> io::Result<View> {
        self.storage.view(len)
    }
}
