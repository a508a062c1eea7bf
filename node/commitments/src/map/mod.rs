//! An authenticated map: one root stands for all its entries, and short proofs show what is in it and what is not.
//!
//! A binary trie over 256-bit keys in its one canonical shape: a subtree with no entry is empty, with one
//! entry it is a leaf, with more it is a branch. So the same entries yield the same root whatever the
//! order in which they came, and taking an entry out restores the root from before it came.

mod proof;
#[cfg(test)]
mod tests;
mod tree;

pub use proof::{MapError, MapProof, ProofEnd};
pub use tree::{AuthMap, MapChanges};

use crate::tags::Tag;

/// Root of a map with no entry, and hash of an empty subtree.
pub const EMPTY_ROOT: [u8; 32] = [0; 32];

/// Hash of the leaf that holds `value` under `key`.
fn leaf_hash(key: &[u8; 32], value: &[u8; 32]) -> [u8; 32] {
    Tag::MAP_LEAF.hash(&[key, value])
}

/// Hash of the branch over two subtrees.
fn branch_hash(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    Tag::MAP_BRANCH.hash(&[left, right])
}

/// Tells whether `key` goes right at this depth: bits are read from the highest on.
fn goes_right(key: &[u8; 32], depth: usize) -> bool {
    key.get(depth / 8)
        .is_some_and(|byte| byte >> (7 - depth % 8) & 1 == 1)
}
