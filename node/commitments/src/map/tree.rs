//! The trie itself. It never changes: a map with changes is a new one that shares all that did not change, so
//! the root after a block is known before the block is taken, and the map from before is there until then.
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{EMPTY_ROOT, MapProof, ProofEnd, branch_hash, goes_right, leaf_hash};

/// What a change makes of entries: the new value by key, or `None` where the entry goes.
pub type MapChanges = BTreeMap<[u8; 32], Option<[u8; 32]>>;

/// An authenticated map from 32-byte keys to 32-byte values (both hashes of what they stand for).
///
/// Cloning costs nothing: both share one trie.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthMap {
    top: Node,
}

/// A subtree. Every hash is known as soon as the node is made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Node {
    #[default]
    Empty,
    Leaf(Arc<Leaf>),
    Branch(Arc<Branch>),
}

#[derive(Debug, PartialEq, Eq)]
struct Leaf {
    key: [u8; 32],
    value: [u8; 32],
    hash: [u8; 32],
}

#[derive(Debug, PartialEq, Eq)]
struct Branch {
    left: Node,
    right: Node,
    hash: [u8; 32],
}

/// A key with its new value, or with none where the entry goes.
type Entry<'a> = (&'a [u8; 32], &'a Option<[u8; 32]>);

impl AuthMap {
    /// Returns the map with these changes. Taking out what is not there changes nothing.
    ///
    /// It costs two hashes of 64 bytes a changed entry and level, less what the changes share.
    #[must_use]
    pub fn with(&self, changes: &MapChanges) -> Self {
        let entries: Vec<Entry<'_>> = changes.iter().collect();
        Self {
            top: self.top.with(&entries, 0),
        }
    }

    /// Returns what is under `key`.
    pub fn get(&self, key: &[u8; 32]) -> Option<[u8; 32]> {
        let mut node = &self.top;
        for depth in 0.. {
            match node {
                Node::Empty => return None,
                Node::Leaf(leaf) => return (leaf.key == *key).then_some(leaf.value),
                Node::Branch(branch) => node = branch.towards(key, depth).0,
            }
        }
        None
    }

    /// Returns the root; all zero for an empty map.
    pub fn root(&self) -> [u8; 32] {
        self.top.hash()
    }

    /// Returns the proof of what is, or that nothing is, under `key`.
    pub fn prove(&self, key: &[u8; 32]) -> MapProof {
        let mut siblings = Vec::new();
        let mut node = &self.top;
        for depth in 0.. {
            match node {
                Node::Branch(branch) => {
                    let (next, sibling) = branch.towards(key, depth);
                    siblings.push(sibling.hash());
                    node = next;
                }
                Node::Leaf(leaf) => {
                    let (key, value) = (leaf.key, leaf.value);
                    let end = ProofEnd::Leaf { key, value };
                    return MapProof { siblings, end };
                }
                Node::Empty => break,
            }
        }
        MapProof {
            siblings,
            end: ProofEnd::Empty,
        }
    }
}

impl Branch {
    /// Returns the child on the way of `key`, and the other.
    fn towards(&self, key: &[u8; 32], depth: usize) -> (&Node, &Node) {
        if goes_right(key, depth) {
            (&self.right, &self.left)
        } else {
            (&self.left, &self.right)
        }
    }
}

impl Node {
    /// Returns the subtree with changes whose keys all lead here, in the order of their keys.
    fn with(&self, changes: &[Entry<'_>], depth: usize) -> Self {
        match self {
            _ if changes.is_empty() => self.clone(),
            Self::Empty => Self::of(changes, depth),
            Self::Leaf(leaf) => {
                let at = match changes.binary_search_by(|(key, _)| (*key).cmp(&leaf.key)) {
                    Ok(_) => return Self::of(changes, depth),
                    Err(at) => at,
                };
                let value = Some(leaf.value);
                let mut all = changes.to_vec();
                all.insert(at, (&leaf.key, &value));
                Self::of(&all, depth)
            }
            Self::Branch(branch) => {
                let (left, right) = split(changes, depth);
                Self::join(
                    branch.left.with(left, depth + 1),
                    branch.right.with(right, depth + 1),
                )
            }
        }
    }

    /// Builds the subtree of these entries alone.
    fn of(entries: &[Entry<'_>], depth: usize) -> Self {
        let mut kept = entries
            .iter()
            .filter_map(|(key, value)| Some((**key, (**value)?)));
        let Some((key, value)) = kept.next() else {
            return Self::Empty;
        };
        if kept.next().is_none() {
            let hash = leaf_hash(&key, &value);
            return Self::Leaf(Arc::new(Leaf { key, value, hash }));
        }
        let (left, right) = split(entries, depth);
        Self::join(Self::of(left, depth + 1), Self::of(right, depth + 1))
    }

    /// Puts two subtrees together in the one canonical shape: over one leaf alone there is no branch.
    fn join(left: Self, right: Self) -> Self {
        match (left, right) {
            (Self::Empty, Self::Empty) => Self::Empty,
            (leaf @ Self::Leaf(_), Self::Empty) | (Self::Empty, leaf @ Self::Leaf(_)) => leaf,
            (left, right) => {
                let hash = branch_hash(&left.hash(), &right.hash());
                Self::Branch(Arc::new(Branch { left, right, hash }))
            }
        }
    }

    fn hash(&self) -> [u8; 32] {
        match self {
            Self::Empty => EMPTY_ROOT,
            Self::Leaf(leaf) => leaf.hash,
            Self::Branch(branch) => branch.hash,
        }
    }
}

/// Cuts entries that share all bits above `depth` into those that go left and those that go right there.
fn split<'a, 'b>(entries: &'a [Entry<'b>], depth: usize) -> (&'a [Entry<'b>], &'a [Entry<'b>]) {
    entries.split_at(entries.partition_point(|(key, _)| !goes_right(key, depth)))
}
