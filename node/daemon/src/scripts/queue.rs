//! Inputs that wait for a thread, and the first of them that failed.
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use moneta_consensus::ScriptFailure;
use moneta_script::PreparedTransaction;

/// Some inputs of one transaction.
pub(super) struct Piece<'a> {
    pub(super) job: usize,
    pub(super) inputs: Range<usize>,
    pub(super) prepared: Arc<PreparedTransaction<'a>>,
}

/// Pieces in block order, taken by many threads while more are added.
///
/// Pieces are taken in order and whoever takes one runs it up to its first failure, unless an earlier piece
/// has failed: so when the last thread is done, everything before the first failure was run, and that failure
/// is the same however the threads raced.
#[derive(Default)]
pub(super) struct Queue<'a> {
    state: Mutex<State<'a>>,
    changed: Condvar,
}

#[derive(Default)]
struct State<'a> {
    closed: bool,
    waiting: VecDeque<Piece<'a>>,
    first_failure: Option<ScriptFailure>,
}

impl<'a> Queue<'a> {
    /// Adds pieces at the end.
    pub(super) fn add(&self, pieces: impl Iterator<Item = Piece<'a>>) {
        self.state().waiting.extend(pieces);
        self.changed.notify_all();
    }

    /// Says that no more will come.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    /// Forgets what waits: nobody asks for the verdict any more.
    pub(super) fn clear(&self) {
        self.state().waiting.clear();
    }

    /// Waits for the next piece; `None` once there will be none.
    pub(super) fn take(&self) -> Option<Piece<'a>> {
        let mut state = self.state();
        loop {
            let failed = state.first_failure.map_or(usize::MAX, |first| first.job);
            match state.waiting.pop_front() {
                Some(piece) if piece.job <= failed => return Some(piece),
                // Whatever stands behind a failure changes nothing.
                Some(_) => {}
                None if state.closed => return None,
                None => {
                    let woken = self.changed.wait(state);
                    state = woken.unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    /// Reports a failure.
    pub(super) fn fail(&self, failure: ScriptFailure) {
        let mut state = self.state();
        let place = |failure: &ScriptFailure| (failure.job, failure.input);
        let first = state.first_failure;
        if first.is_none_or(|first| place(&failure) < place(&first)) {
            state.first_failure = Some(failure);
        }
    }

    /// Returns the first failure, once every thread is done.
    pub(super) fn verdict(&self) -> Result<(), ScriptFailure> {
        self.state().first_failure.map_or(Ok(()), Err)
    }

    /// A list is whole whatever a thread that panicked was doing.
    fn state(&self) -> MutexGuard<'_, State<'a>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
