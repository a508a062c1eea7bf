//! Numbers that threads take in turn, and the first of them that failed.
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use moneta_script::ScriptError;

/// Hands out 0, 1, 2, ... to many threads until all are taken, or one that failed is reached.
///
/// Numbers are taken in order and whoever takes one finishes it: so when the last thread is done, everything
/// before the first failure was run, and that failure is the same however the threads raced.
pub(super) struct Queue {
    next: AtomicUsize,
    /// Nothing from here on is worth running.
    end: AtomicUsize,
    first_failure: Mutex<Option<(usize, ScriptError)>>,
}

impl Queue {
    pub(super) fn new(len: usize) -> Self {
        Self {
            next: AtomicUsize::new(0),
            end: AtomicUsize::new(len),
            first_failure: Mutex::new(None),
        }
    }

    /// Takes the next number.
    pub(super) fn take(&self) -> Option<usize> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        (number < self.end.load(Ordering::Relaxed)).then_some(number)
    }

    /// Reports that this number failed.
    pub(super) fn fail(&self, number: usize, reason: ScriptError) {
        self.end.fetch_min(number, Ordering::Relaxed);
        let mut first = self
            .first_failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if first.is_none_or(|(known, _)| number < known) {
            *first = Some((number, reason));
        }
    }

    /// Returns the first number that failed, once every thread is done.
    pub(super) fn into_verdict(self) -> Result<(), (usize, ScriptError)> {
        let first = self.first_failure.into_inner();
        first
            .unwrap_or_else(PoisonError::into_inner)
            .map_or(Ok(()), Err)
    }
}
