//! What happened, in order: told to whoever listens, and summed up in one hash.
use std::fmt::Display;
use std::time::Duration;

use bitcoin::hashes::{Hash, HashEngine, sha256};

/// Listens to what happens.
pub type Teller<'a> = &'a mut dyn FnMut(&str);

/// What happened so far.
pub(crate) struct Trace<'a> {
    engine: sha256::HashEngine,
    teller: Teller<'a>,
}

impl<'a> Trace<'a> {
    pub(crate) fn new(teller: Teller<'a>) -> Self {
        Self {
            engine: sha256::Hash::engine(),
            teller,
        }
    }

    pub(crate) fn note(&mut self, at: Duration, what: impl Display) {
        let line = format!("{:>8}.{:06} {what}", at.as_secs(), at.subsec_micros());
        self.engine.input(line.as_bytes());
        (self.teller)(&line);
    }

    /// Returns the hash of all that was noted.
    pub(crate) fn hash(&self) -> sha256::Hash {
        sha256::Hash::from_engine(self.engine.clone())
    }
}
