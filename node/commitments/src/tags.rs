//! Tagged hashes (BIP340) whose tags are hashed when this is compiled: two of these a level make up most of
//! what keeping the registry's map costs.
use bitcoin::hashes::sha256::{HashEngine, Midstate};
use bitcoin::hashes::{Hash, HashEngine as _, sha256};

/// A tag: the state of SHA-256 after `sha256(tag) || sha256(tag)`.
pub(crate) struct Tag(Midstate);

impl Tag {
    pub(crate) const MAP_LEAF: Self = Self(Midstate::hash_tag(b"moneta/map-leaf"));
    pub(crate) const MAP_BRANCH: Self = Self(Midstate::hash_tag(b"moneta/map-branch"));
    pub(crate) const KEY: Self = Self(Midstate::hash_tag(b"moneta/registry-key"));
    pub(crate) const RECORD: Self = Self(Midstate::hash_tag(b"moneta/registry-record"));
    pub(crate) const HISTORY_LEAF: Self = Self(Midstate::hash_tag(b"moneta/history-leaf"));
    pub(crate) const HISTORY_NODE: Self = Self(Midstate::hash_tag(b"moneta/history-node"));
    pub(crate) const HISTORY_ROOT: Self = Self(Midstate::hash_tag(b"moneta/history-root"));
    pub(crate) const COMMITMENTS: Self = Self(Midstate::hash_tag(b"moneta/commitments"));

    /// Returns the hash of `parts` one after another under this tag.
    pub(crate) fn hash(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut engine = HashEngine::from_midstate(self.0, 64);
        for part in parts {
            engine.input(part);
        }
        sha256::Hash::from_engine(engine).to_byte_array()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_hashed_ahead_is_the_tagged_hash_of_everywhere_else() {
        let parts: [&[u8]; 2] = [&[1; 32], &[2; 80]];
        for (tag, name) in [
            (Tag::MAP_LEAF, "moneta/map-leaf"),
            (Tag::MAP_BRANCH, "moneta/map-branch"),
            (Tag::KEY, "moneta/registry-key"),
            (Tag::RECORD, "moneta/registry-record"),
            (Tag::HISTORY_LEAF, "moneta/history-leaf"),
            (Tag::HISTORY_NODE, "moneta/history-node"),
            (Tag::HISTORY_ROOT, "moneta/history-root"),
            (Tag::COMMITMENTS, "moneta/commitments"),
        ] {
            assert_eq!(tag.hash(&parts), moneta_chain::tagged_hash(name, &parts));
        }
    }
}
