//! One hash over the whole state, the same on every machine: for tests, and to compare two nodes.
//!
//! The state has no order that two machines share, so the digest is of the kind that needs none: each coin and record
//! is stretched to 1,024 numbers of 16 bits, those are added up, and the sums are hashed (LtHash16, Lewi et al. 2019).
use bitcoin::hashes::{Hash, HashEngine, sha256};
use sha3::Shake128;
use sha3::digest::{ExtendableOutput, Update, XofReader};

use super::ChainState;
use crate::StoreError;

/// Hash over every coin and every registry record.
pub type StateDigest = sha256::Hash;

const LANES: usize = 1_024;

impl ChainState {
    /// Returns the digest of the state.
    ///
    /// # Errors
    /// The store is damaged.
    pub fn digest(&self) -> Result<StateDigest, StoreError> {
        let mut sum = Sum([0; LANES]);
        self.for_each_counted(|key, value| {
            sum.add(key, value);
            Ok::<_, StoreError>(())
        })?;
        let mut engine = sha256::Hash::engine();
        for lane in sum.0 {
            engine.input(&lane.to_le_bytes());
        }
        Ok(StateDigest::from_engine(engine))
    }
}

/// Sums of sixteen bits.
struct Sum([u16; LANES]);

impl Sum {
    fn add(&mut self, key: &[u8], value: &[u8]) {
        let mut hasher = Shake128::default();
        // So that no two pairs read alike.
        hasher.update(&(key.len() as u64).to_le_bytes());
        hasher.update(key);
        hasher.update(value);
        let mut stretched = [0; LANES * 2];
        hasher.finalize_xof().read(&mut stretched);
        for (lane, bytes) in self.0.iter_mut().zip(stretched.chunks_exact(2)) {
            *lane = lane.wrapping_add(u16::from_le_bytes([bytes[0], bytes[1]]));
        }
    }
}
