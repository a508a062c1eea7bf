//! A folder, and a storage, that remember every step, so that tests can crash between any two of them.
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::memory::{place, zeros};
use crate::{Folder, Storage, View};

/// Size of the pieces of a write that a power cut keeps or loses one by one.
const PIECE: usize = 512;

/// One step of a writer; storages are numbered in the order in which they were made.
#[derive(Debug, Clone)]
enum Step {
    Create {
        name: String,
    },
    Rename {
        from: String,
        to: String,
    },
    Remove {
        name: String,
    },
    SyncNames,
    Write {
        storage: usize,
        start: usize,
        bytes: Vec<u8>,
    },
    Truncate {
        storage: usize,
        len: usize,
    },
    Sync {
        storage: usize,
    },
}

#[derive(Debug, Default)]
struct Tape {
    /// What there was durably at the start.
    base: BTreeMap<String, Vec<u8>>,
    /// Which storage has which name now; those of the base come first.
    names: BTreeMap<String, usize>,
    storages: Vec<Vec<u8>>,
    steps: Vec<Step>,
    fails_from: Option<usize>,
}

/// A folder in memory with every step that led to it, so that tests can crash between any two of them.
/// Clones share both.
#[derive(Debug, Clone, Default)]
pub struct RecordedFolder {
    tape: Arc<Mutex<Tape>>,
}

impl RecordedFolder {
    /// Starts from durable bytes of each storage.
    pub fn new(base: BTreeMap<String, Vec<u8>>) -> Self {
        let names = base.keys().cloned().zip(0..).collect();
        let storages = base.values().cloned().collect();
        let tape = Tape {
            base,
            names,
            storages,
            ..Tape::default()
        };
        Self {
            tape: Arc::new(Mutex::new(tape)),
        }
    }

    /// Returns how many steps there were so far.
    pub fn steps(&self) -> usize {
        self.tape().steps.len()
    }

    /// Returns how many of them were syncs of the storage that has this name now.
    pub fn syncs_of(&self, name: &str) -> usize {
        let tape = self.tape();
        let number = tape.names.get(name);
        let of_it =
            |step: &&Step| matches!(step, Step::Sync { storage } if Some(storage) == number);
        tape.steps.iter().filter(of_it).count()
    }

    /// Makes every step fail after `steps` more have succeeded, as on a disk that dies.
    pub fn fail_after(&self, steps: usize) {
        let mut tape = self.tape();
        tape.fails_from = Some(tape.steps.len() + steps);
    }

    /// Lets steps succeed again.
    pub fn heal(&self) {
        self.tape().fails_from = None;
    }

    /// Returns what a disk may hold after a power cut that strikes after the first `steps` steps: all that
    /// was synced by then, of what was written later the pieces that `keep` says yes to, and of the changes of
    /// names as many of the first as `keep` says yes to in a row (file systems keep those in order).
    pub fn crash(&self, steps: usize, keep: impl FnMut() -> bool) -> BTreeMap<String, Vec<u8>> {
        self.crash_in(PIECE, steps, keep)
    }

    /// As [`Self::crash`], on a disk that writes pieces of so many bytes whole or not at all.
    ///
    /// # Panics
    /// A piece has no bytes.
    pub fn crash_in(
        &self,
        piece_len: usize,
        steps: usize,
        mut keep: impl FnMut() -> bool,
    ) -> BTreeMap<String, Vec<u8>> {
        let tape = self.tape();
        let done = &tape.steps[..steps.min(tape.steps.len())];
        let named = done
            .iter()
            .rposition(|step| matches!(step, Step::SyncNames));
        let mut names: BTreeMap<String, usize> = tape.base.keys().cloned().zip(0..).collect();
        let mut storages: Vec<Vec<u8>> = tape.base.values().cloned().collect();
        let mut names_go_on = true;
        for (index, step) in done.iter().enumerate() {
            let names_last = named.is_some_and(|named| index < named);
            match step {
                Step::Create { .. } => storages.push(Vec::new()),
                Step::Write {
                    storage,
                    start,
                    bytes,
                } => {
                    let lasts = is_synced(done, index, *storage);
                    for (start, piece) in pieces(piece_len, *start, bytes) {
                        if lasts || keep() {
                            place(&mut storages[*storage], start, piece);
                        }
                    }
                }
                Step::Truncate { storage, len } => {
                    if is_synced(done, index, *storage) || keep() {
                        storages[*storage].truncate(*len);
                    }
                }
                Step::Rename { .. } | Step::Remove { .. } | Step::SyncNames | Step::Sync { .. } => {
                }
            }
            if matches!(
                step,
                Step::Create { .. } | Step::Rename { .. } | Step::Remove { .. }
            ) {
                names_go_on = names_last || (names_go_on && keep());
                if names_go_on {
                    rename(&mut names, step, storages.len());
                }
            }
        }
        let kept = names.into_iter();
        kept.map(|(name, storage)| (name, storages[storage].clone()))
            .collect()
    }

    fn tape(&self) -> MutexGuard<'_, Tape> {
        self.tape.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn storage(&self, number: usize) -> Arc<dyn Storage> {
        let tape = Arc::clone(&self.tape);
        Arc::new(RecordedStorage { tape, number })
    }
}

fn is_synced(done: &[Step], index: usize, storage: usize) -> bool {
    done[index..]
        .iter()
        .any(|step| matches!(step, Step::Sync { storage: synced } if *synced == storage))
}

/// Does to `names` what a step does; `made` storages were made by then.
fn rename(names: &mut BTreeMap<String, usize>, step: &Step, made: usize) {
    match step {
        Step::Create { name } => {
            names.insert(name.clone(), made - 1);
        }
        Step::Rename { from, to } => {
            if let Some(storage) = names.remove(from) {
                names.insert(to.clone(), storage);
            }
        }
        Step::Remove { name } => {
            names.remove(name);
        }
        _ => {}
    }
}

impl Tape {
    fn record(&mut self, step: Step) -> io::Result<()> {
        if self.fails_from.is_some_and(|from| self.steps.len() >= from) {
            return Err(io::Error::other("the recorder was told to fail"));
        }
        match &step {
            Step::Create { .. } => self.storages.push(Vec::new()),
            Step::Write {
                storage,
                start,
                bytes,
            } => {
                place(&mut self.storages[*storage], *start, bytes);
            }
            Step::Truncate { storage, len } => self.storages[*storage].truncate(*len),
            Step::Rename { .. } | Step::Remove { .. } | Step::SyncNames | Step::Sync { .. } => {}
        }
        rename(&mut self.names, &step, self.storages.len());
        self.steps.push(step);
        Ok(())
    }

    fn must_have(&self, name: &str) -> io::Result<usize> {
        let storage = self.names.get(name).copied();
        storage.ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Folder for RecordedFolder {
    fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.tape().names.keys().cloned().collect())
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn Storage>> {
        let mut tape = self.tape();
        if tape.names.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let name = name.to_owned();
        tape.record(Step::Create { name })?;
        let number = tape.storages.len() - 1;
        drop(tape);
        Ok(self.storage(number))
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn Storage>> {
        let number = self.tape().must_have(name)?;
        Ok(self.storage(number))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut tape = self.tape();
        tape.must_have(from)?;
        let (from, to) = (from.to_owned(), to.to_owned());
        tape.record(Step::Rename { from, to })
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut tape = self.tape();
        tape.must_have(name)?;
        let name = name.to_owned();
        tape.record(Step::Remove { name })
    }

    fn sync_names(&self) -> io::Result<()> {
        self.tape().record(Step::SyncNames)
    }
}

/// One storage of a recorded folder.
struct RecordedStorage {
    tape: Arc<Mutex<Tape>>,
    number: usize,
}

impl RecordedStorage {
    fn tape(&self) -> MutexGuard<'_, Tape> {
        self.tape.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Storage for RecordedStorage {
    fn len(&self) -> io::Result<u64> {
        Ok(self.tape().storages[self.number].len() as u64)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let start = usize::try_from(offset).map_err(|_| io::ErrorKind::FileTooLarge)?;
        let (storage, bytes) = (self.number, bytes.to_vec());
        self.tape().record(Step::Write {
            storage,
            start,
            bytes,
        })
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        let len = usize::try_from(len).map_err(|_| io::ErrorKind::FileTooLarge)?;
        let storage = self.number;
        self.tape().record(Step::Truncate { storage, len })
    }

    fn forget(&self, offset: u64, len: u64) -> io::Result<()> {
        let len = len.min(self.len()?.saturating_sub(offset));
        self.write_at(offset, &zeros(len)?)
    }

    fn sync(&self) -> io::Result<()> {
        let storage = self.number;
        self.tape().record(Step::Sync { storage })
    }

    fn view(&self, len: u64) -> io::Result<View> {
        let len = usize::try_from(len).map_err(|_| io::ErrorKind::FileTooLarge)?;
        let bytes = self.tape().storages[self.number]
            .get(..len)
            .map(<[u8]>::to_vec);
        let bytes = bytes.ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(View::new(bytes))
    }
}

/// Cuts a write where sectors of the disk meet.
fn pieces(len: usize, mut start: usize, mut bytes: &[u8]) -> Vec<(usize, &[u8])> {
    let mut pieces = Vec::new();
    while !bytes.is_empty() {
        let (piece, rest) = bytes.split_at(bytes.len().min(len - start % len));
        pieces.push((start, piece));
        start += piece.len();
        bytes = rest;
    }
    pieces
}
