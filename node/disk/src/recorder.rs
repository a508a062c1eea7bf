//! A storage that remembers every step, so that tests can crash between any two of them.
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::memory::{place, zeros};
use crate::{Storage, View};

/// Size of the pieces of a write that a power cut keeps or loses one by one.
const PIECE: usize = 512;

/// One step of a writer.
#[derive(Debug, Clone)]
enum Step {
    Write { start: usize, bytes: Vec<u8> },
    Truncate { len: usize },
    Sync,
}

#[derive(Debug, Default)]
struct Tape {
    base: Vec<u8>,
    now: Vec<u8>,
    steps: Vec<Step>,
    fails_from: Option<usize>,
}

/// Bytes in memory, with every step that led to them. Clones share both.
#[derive(Debug, Clone, Default)]
pub struct Recorder {
    tape: Arc<Mutex<Tape>>,
}

impl Recorder {
    /// Starts from durable bytes.
    pub fn new(base: Vec<u8>) -> Self {
        let tape = Tape {
            now: base.clone(),
            base,
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

    /// Makes every step fail from now on, as a dying disk does.
    pub fn fail(&self) {
        self.fail_after(0);
    }

    /// Makes every step fail after `steps` more have succeeded.
    pub fn fail_after(&self, steps: usize) {
        let mut tape = self.tape();
        tape.fails_from = Some(tape.steps.len() + steps);
    }

    /// Returns what a disk may hold after a power cut that strikes after the first `steps` steps:
    /// all that was synced by then, and of everything later the pieces that `keep` says yes to.
    pub fn crash(&self, steps: usize, mut keep: impl FnMut() -> bool) -> Vec<u8> {
        let tape = self.tape();
        let done = &tape.steps[..steps.min(tape.steps.len())];
        let synced = done
            .iter()
            .rposition(|step| matches!(step, Step::Sync))
            .unwrap_or(0);
        let mut image = tape.base.clone();
        for (index, step) in done.iter().enumerate() {
            let durable = index < synced;
            match step {
                Step::Sync => {}
                Step::Truncate { len } => {
                    if durable || keep() {
                        image.truncate(*len);
                    }
                }
                Step::Write { start, bytes } => {
                    for (start, piece) in pieces(*start, bytes) {
                        if durable || keep() {
                            place(&mut image, start, piece);
                        }
                    }
                }
            }
        }
        image
    }

    fn tape(&self) -> MutexGuard<'_, Tape> {
        self.tape.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn record(&self, step: Step) -> io::Result<()> {
        let mut tape = self.tape();
        if tape.fails_from.is_some_and(|from| tape.steps.len() >= from) {
            return Err(io::Error::other("the recorder was told to fail"));
        }
        match &step {
            Step::Write { start, bytes } => place(&mut tape.now, *start, bytes),
            Step::Truncate { len } => tape.now.truncate(*len),
            Step::Sync => {}
        }
        tape.steps.push(step);
        Ok(())
    }
}

/// Cuts a write where sectors of the disk meet.
pub(crate) fn pieces(mut start: usize, mut bytes: &[u8]) -> Vec<(usize, &[u8])> {
    let mut pieces = Vec::new();
    while !bytes.is_empty() {
        let (piece, rest) = bytes.split_at(bytes.len().min(PIECE - start % PIECE));
        pieces.push((start, piece));
        start += piece.len();
        bytes = rest;
    }
    pieces
}

impl Storage for Recorder {
    fn len(&self) -> io::Result<u64> {
        Ok(self.tape().now.len() as u64)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let start = usize::try_from(offset).map_err(|_| io::ErrorKind::FileTooLarge)?;
        let bytes = bytes.to_vec();
        self.record(Step::Write { start, bytes })
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        let len = usize::try_from(len).map_err(|_| io::ErrorKind::FileTooLarge)?;
        self.record(Step::Truncate { len })
    }

    fn forget(&self, offset: u64, len: u64) -> io::Result<()> {
        self.write_at(offset, &zeros(len)?)
    }

    fn sync(&self) -> io::Result<()> {
        self.record(Step::Sync)
    }

    fn view(&self, len: u64) -> io::Result<View> {
        let len = usize::try_from(len).map_err(|_| io::ErrorKind::FileTooLarge)?;
        let bytes = self.tape().now.get(..len).map(<[u8]>::to_vec);
        bytes
            .map(View::new)
            .ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}
