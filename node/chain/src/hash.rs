//! The hashes of Moneta that Bitcoin does not have: Keccak for seals, tagged SHA-256 for ids.
use std::fmt;

use bitcoin::Script;
use bitcoin::hashes::{Hash, HashEngine, sha256};
use serde::{Deserialize, Serialize};
use sha3::{Digest, Keccak256};

/// Returns the original Keccak-256 (padding 0x01, as Ethash uses it) of `bytes`; not SHA3-256.
pub fn keccak256(bytes: &[u8]) -> [u8; 32] {
    Keccak256::digest(bytes).into()
}

/// Returns the BIP340 tagged hash: `sha256(sha256(tag) || sha256(tag) || parts...)`.
pub fn tagged_hash(tag: &str, parts: &[&[u8]]) -> [u8; 32] {
    let tag = sha256::Hash::hash(tag.as_bytes());
    let mut engine = sha256::Hash::engine();
    engine.input(tag.as_byte_array());
    engine.input(tag.as_byte_array());
    for part in parts {
        engine.input(part);
    }
    sha256::Hash::from_engine(engine).to_byte_array()
}

/// SHA-256 of an output script: the name of an owner in indexes, as Esplora has it (not reversed).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ScriptId(pub [u8; 32]);

impl ScriptId {
    /// Returns the id of `script`.
    pub fn of(script: &Script) -> Self {
        Self(sha256::Hash::hash(script.as_bytes()).to_byte_array())
    }
}

impl fmt::Display for ScriptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ScriptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ScriptId({self})")
    }
}
