//! Proof of what is, or that nothing is, under a key, checked with nothing but a root.
use super::{EMPTY_ROOT, branch_hash, goes_right, leaf_hash};

/// A path from the place where a key is, or would be, up to the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapProof {
    /// Hashes of the subtrees left aside on the way down, highest first; at most 256.
    pub siblings: Vec<[u8; 32]>,
    /// What stands at the end of the way.
    pub end: ProofEnd,
}

/// What stands where a key is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofEnd {
    /// An empty subtree.
    Empty,
    /// An entry: the key's own, or another whose place this is while it is the only one here.
    Leaf {
        /// Its key.
        key: [u8; 32],
        /// Its value.
        value: [u8; 32],
    },
}

/// Why a map proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MapError {
    /// The path is longer than a key has bits.
    #[error("the path is {got} nodes long; a key has 256 bits")]
    TooLong {
        /// Nodes in the path.
        got: usize,
    },
    /// The entry at the end is not on the key's way.
    #[error("the entry at the end of the path does not lie on the way of the key")]
    OffTheWay,
    /// The path leads to another root.
    #[error("the path leads to another root")]
    WrongRoot,
    /// The map has something else under the key.
    #[error("the map has another record under the key, or none")]
    OtherRecord,
}

impl MapError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "mip0007.map_too_long",
            Self::OffTheWay => "mip0007.map_off_the_way",
            Self::WrongRoot => "mip0007.map_wrong_root",
            Self::OtherRecord => "mip0007.other_record",
        }
    }
}

impl MapProof {
    /// Returns what the map with this `root` has under `key`: a value, or for certain nothing.
    ///
    /// # Errors
    /// The proof is not one for this key and root.
    pub fn check(&self, key: &[u8; 32], root: &[u8; 32]) -> Result<Option<[u8; 32]>, MapError> {
        let depth = self.siblings.len();
        if depth > 256 {
            return Err(MapError::TooLong { got: depth });
        }
        let (mut hash, found) = match self.end {
            ProofEnd::Empty => (EMPTY_ROOT, None),
            ProofEnd::Leaf { key: other, value } => {
                if (0..depth).any(|at| goes_right(&other, at) != goes_right(key, at)) {
                    return Err(MapError::OffTheWay);
                }
                (leaf_hash(&other, &value), (other == *key).then_some(value))
            }
        };
        for (at, sibling) in self.siblings.iter().enumerate().rev() {
            hash = if goes_right(key, at) {
                branch_hash(sibling, &hash)
            } else {
                branch_hash(&hash, sibling)
            };
        }
        if hash == *root {
            Ok(found)
        } else {
            Err(MapError::WrongRoot)
        }
    }
}
