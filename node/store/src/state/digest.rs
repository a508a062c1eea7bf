//! One hash over all that a chain amounts to, the same on every machine: to compare two nodes, and to know a snapshot by.
//!
//! It is SHA-256 of: the tip's id and height (all zeros at genesis), SHA-256 of the filter hashes of all blocks above
//! genesis in order, and a sum over coins and records. The ids bind every header, the filter hashes are bound by nothing
//! else that a snapshot has.
//!
//! The state has no order that two machines share, so the sum is of the kind that needs none: each coin and record
//! is stretched to 1,024 numbers of 16 bits, and those are added up (LtHash16, Lewi et al. 2019).
use bitcoin::bip158::FilterHash;
use bitcoin::hashes::{Hash, HashEngine, sha256};
use moneta_chain::Params;
use sha3::Shake128;
use sha3::digest::{ExtendableOutput, Update, XofReader};

use super::{COIN, ChainState, StateView};
use crate::StoreError;

/// Hash over every coin and every registry record, the tip, and every block's filter hash.
pub type StateDigest = sha256::Hash;

const LANES: usize = 1_024;

/// What a walk over the whole state found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Walked {
    /// Unspent coins.
    pub(crate) coins: u64,
    /// Records of the registry.
    pub(crate) records: u64,
    /// Digest of the state.
    pub(crate) digest: StateDigest,
}

impl ChainState {
    /// Walks over the whole state.
    pub(crate) fn walk(&self, params: &Params) -> Result<Walked, StoreError> {
        let blocks = self.active_blocks(params)?;
        let filter_hashes = blocks.iter().map(|block| block.filter_hash);
        self.view().walk(filter_hashes)
    }
}

impl StateView {
    /// Returns the digest of the state; `filter_hashes` are those of its chain above genesis, in order.
    ///
    /// # Errors
    /// The store is damaged.
    pub fn digest(
        &self,
        filter_hashes: impl IntoIterator<Item = FilterHash>,
    ) -> Result<StateDigest, StoreError> {
        Ok(self.walk(filter_hashes)?.digest)
    }

    fn walk(
        &self,
        filter_hashes: impl IntoIterator<Item = FilterHash>,
    ) -> Result<Walked, StoreError> {
        let mut sum = Sum([0; LANES]);
        let (mut coins, mut records) = (0, 0);
        self.for_each_counted(|key, value| {
            match key.first() {
                Some(&COIN) => coins += 1,
                _ => records += 1,
            }
            sum.add(key, value);
            Ok::<_, StoreError>(())
        })?;
        let mut filters = sha256::Hash::engine();
        for hash in filter_hashes {
            filters.input(hash.as_byte_array());
        }
        let (tip, height) = match self.tip() {
            Some((id, height)) => (id.to_byte_array(), height.to_u32()),
            None => ([0; 32], 0),
        };
        let mut engine = sha256::Hash::engine();
        engine.input(&tip);
        engine.input(&height.to_le_bytes());
        engine.input(sha256::Hash::from_engine(filters).as_byte_array());
        for lane in sum.0 {
            engine.input(&lane.to_le_bytes());
        }
        Ok(Walked {
            coins,
            records,
            digest: StateDigest::from_engine(engine),
        })
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
