//! The registry as the authenticated map has it: paths for keys, hashes for records.

use crate::tags::Tag;

/// Returns where the record of a key stands in the map. `key` is the key's one encoding.
///
/// # Consensus
/// > A record MUST stand under the tagged hash "moneta/registry-key" of its key's encoding. (MIP-7, rule 4)
pub fn registry_path(key: &[u8]) -> [u8; 32] {
    Tag::KEY.hash(&[key])
}

/// Returns what stands there. `record` is the record's one encoding.
///
/// # Consensus
/// > The value MUST be the tagged hash "moneta/registry-record" of the record's encoding. (MIP-7, rule 4)
pub fn registry_value(record: &[u8]) -> [u8; 32] {
    Tag::RECORD.hash(&[record])
}
