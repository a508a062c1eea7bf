//! What is at hand while one input is taken.
use std::time::Duration;

use super::{NodePort, Now};

/// What is at hand while one input is taken.
#[derive(Clone, Copy)]
pub(super) struct Turn<'a> {
    pub(super) now: Now,
    pub(super) node: &'a dyn NodePort,
}

impl Turn<'_> {
    /// Returns how long ago that was.
    pub(super) fn since(&self, then: Duration) -> Duration {
        self.now.since_start.saturating_sub(then)
    }
}
