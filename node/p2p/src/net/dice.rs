//! Chance, drawn once from outside: equal seeds fall alike.
use std::time::Duration;

use bitcoin::hashes::{Hash, HashEngine, sha256};

/// A stream of numbers that nobody foresees who does not know the seed.
#[derive(Clone)]
pub(super) struct Dice {
    seed: [u8; 32],
    throws: u64,
}

impl Dice {
    pub(super) const fn new(seed: [u8; 32]) -> Self {
        Self { seed, throws: 0 }
    }

    /// Returns a number that was not there before.
    pub(super) fn throw(&mut self) -> u64 {
        self.throws += 1;
        let mut engine = sha256::Hash::engine();
        engine.input(&self.seed);
        engine.input(&self.throws.to_le_bytes());
        let [a, b, c, d, e, f, g, h, ..] = sha256::Hash::from_engine(engine).to_byte_array();
        u64::from_le_bytes([a, b, c, d, e, f, g, h])
    }

    /// Returns a seed for somebody else's chance.
    pub(super) fn seed(&mut self) -> [u8; 32] {
        let mut seed = [0; 32];
        for part in seed.chunks_exact_mut(8) {
            part.copy_from_slice(&self.throw().to_le_bytes());
        }
        seed
    }

    /// Returns a secret of sixteen bytes.
    pub(super) fn secret(&mut self) -> [u8; 16] {
        (u128::from(self.throw()) << 64 | u128::from(self.throw())).to_le_bytes()
    }

    /// Returns a time that is `mean` on average: at most twice as long.
    pub(super) fn wait(&mut self, mean: Duration) -> Duration {
        let most = u64::try_from(mean.as_millis())
            .unwrap_or(u64::MAX)
            .saturating_mul(2);
        Duration::from_millis(self.throw() % most.saturating_add(1))
    }
}

/// The seed is a secret: who knows it foresees what we do.
impl std::fmt::Debug for Dice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dice")
            .field("throws", &self.throws)
            .finish_non_exhaustive()
    }
}
