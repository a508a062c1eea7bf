//! The checksum of a file that is written or read from its start to its end.
use std::io::{self, Read, Write};

use bitcoin::hashes::{Hash, HashEngine, sha256};

/// A file whose bytes are hashed as they pass.
pub(super) struct Hashed<F> {
    pub(super) inner: F,
    engine: sha256::HashEngine,
}

impl<F> Hashed<F> {
    pub(super) fn new(inner: F) -> Self {
        Self {
            inner,
            engine: sha256::Hash::engine(),
        }
    }

    pub(super) fn hash(&self) -> [u8; 32] {
        sha256::Hash::from_engine(self.engine.clone()).to_byte_array()
    }
}

impl<F: Write> Hashed<F> {
    pub(super) fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.engine.input(bytes);
        self.inner.write_all(bytes)
    }
}

impl<F: Read> Hashed<F> {
    pub(super) fn fill(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        self.inner.read_exact(bytes)?;
        self.engine.input(bytes);
        Ok(())
    }

    pub(super) fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }
}
