//! The trie itself. Hashes are computed when the root is asked for, once for each branch that changed.
use super::{EMPTY_ROOT, MapProof, ProofEnd, branch_hash, goes_right, leaf_hash};

/// An authenticated map from 32-byte keys to 32-byte values (both hashes of what they stand for).
#[derive(Debug, Clone, Default)]
pub struct AuthMap {
    top: Node,
    entries: usize,
}

#[derive(Debug, Clone, Default)]
enum Node {
    #[default]
    Empty,
    Leaf {
        key: [u8; 32],
        value: [u8; 32],
        hash: [u8; 32],
    },
    /// `hash` is `None` while something below it has changed since it was last computed.
    Branch {
        children: Box<[Node; 2]>,
        hash: Option<[u8; 32]>,
    },
}

impl AuthMap {
    /// Returns how many entries there are.
    pub const fn len(&self) -> usize {
        self.entries
    }

    /// Tells whether there is no entry.
    pub const fn is_empty(&self) -> bool {
        self.entries == 0
    }

    /// Puts `value` under `key`; returns what was there before.
    pub fn insert(&mut self, key: [u8; 32], value: [u8; 32]) -> Option<[u8; 32]> {
        let before = self.top.insert(key, value, 0);
        self.entries += usize::from(before.is_none());
        before
    }

    /// Takes out what is under `key` and returns it.
    pub fn remove(&mut self, key: &[u8; 32]) -> Option<[u8; 32]> {
        let before = self.top.remove(key, 0);
        self.entries -= usize::from(before.is_some());
        before
    }

    /// Returns what is under `key`.
    pub fn get(&self, key: &[u8; 32]) -> Option<[u8; 32]> {
        let mut node = &self.top;
        for depth in 0.. {
            match node {
                Node::Empty => return None,
                Node::Leaf {
                    key: other, value, ..
                } => return (other == key).then_some(*value),
                Node::Branch { children, .. } => node = child(children, key, depth),
            }
        }
        None
    }

    /// Returns the root; all zero for an empty map.
    pub fn root(&mut self) -> [u8; 32] {
        self.top.hash()
    }

    /// Returns the proof of what is, or that nothing is, under `key`.
    pub fn prove(&mut self, key: &[u8; 32]) -> MapProof {
        let mut siblings = Vec::new();
        self.top.hash();
        let mut node = &self.top;
        for depth in 0.. {
            match node {
                Node::Branch { children, .. } => {
                    let [left, right] = children.as_ref();
                    let (next, sibling) = if goes_right(key, depth) {
                        (right, left)
                    } else {
                        (left, right)
                    };
                    siblings.push(sibling.known_hash());
                    node = next;
                }
                Node::Leaf {
                    key: other, value, ..
                } => {
                    let end = ProofEnd::Leaf {
                        key: *other,
                        value: *value,
                    };
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

fn child<'a>(children: &'a [Node; 2], key: &[u8; 32], depth: usize) -> &'a Node {
    let [left, right] = children;
    if goes_right(key, depth) { right } else { left }
}

fn child_mut<'a>(children: &'a mut [Node; 2], key: &[u8; 32], depth: usize) -> &'a mut Node {
    let [left, right] = children;
    if goes_right(key, depth) { right } else { left }
}

impl Node {
    fn leaf(key: [u8; 32], value: [u8; 32]) -> Self {
        Self::Leaf {
            key,
            value,
            hash: leaf_hash(&key, &value),
        }
    }

    fn insert(&mut self, key: [u8; 32], value: [u8; 32], depth: usize) -> Option<[u8; 32]> {
        match self {
            Self::Empty => {
                *self = Self::leaf(key, value);
                None
            }
            Self::Leaf {
                key: other,
                value: before,
                ..
            } if *other == key => {
                let before = *before;
                *self = Self::leaf(key, value);
                Some(before)
            }
            Self::Leaf { key: other, .. } => {
                // Two entries share this subtree from now on: push the old one down and try again.
                let other = *other;
                let old = std::mem::take(self);
                let mut children = Box::new([Self::Empty, Self::Empty]);
                *child_mut(&mut children, &other, depth) = old;
                *self = Self::Branch {
                    children,
                    hash: None,
                };
                self.insert(key, value, depth)
            }
            Self::Branch { children, hash } => {
                *hash = None;
                child_mut(children, &key, depth).insert(key, value, depth + 1)
            }
        }
    }

    fn remove(&mut self, key: &[u8; 32], depth: usize) -> Option<[u8; 32]> {
        match self {
            Self::Empty => None,
            Self::Leaf {
                key: other, value, ..
            } => {
                let before = (other == key).then_some(*value)?;
                *self = Self::Empty;
                Some(before)
            }
            Self::Branch { children, hash } => {
                let before = child_mut(children, key, depth).remove(key, depth + 1)?;
                *hash = None;
                // A branch over one leaf alone is not canonical: the leaf moves up.
                let lone = match children.as_mut() {
                    [leaf @ Self::Leaf { .. }, Self::Empty]
                    | [Self::Empty, leaf @ Self::Leaf { .. }] => Some(std::mem::take(leaf)),
                    _ => None,
                };
                if let Some(leaf) = lone {
                    *self = leaf;
                }
                Some(before)
            }
        }
    }

    fn hash(&mut self) -> [u8; 32] {
        match self {
            Self::Empty => EMPTY_ROOT,
            Self::Leaf { hash, .. } => *hash,
            Self::Branch { children, hash } => *hash.get_or_insert_with(|| {
                let [left, right] = children.as_mut();
                branch_hash(&left.hash(), &right.hash())
            }),
        }
    }

    /// The hash, where [`Self::hash`] of a node above has been called since the last change.
    fn known_hash(&self) -> [u8; 32] {
        match self {
            Self::Empty => EMPTY_ROOT,
            Self::Leaf { hash, .. } => *hash,
            Self::Branch { hash, .. } => hash.expect("a branch below a hashed one is hashed"),
        }
    }
}
