//! The registry as the authenticated map has it: paths for keys, hashes for records.

use crate::tags::Tag;

/// Returns where the record of a key stands in the map. `key` is the key's one encoding.
///
/// # Consensus
/// > 7.4 [...] under the tagged hash "moneta/registry-key" of a key's encoding stands the tagged hash
/// > "moneta/registry-record" of its record's encoding.
pub fn registry_path(key: &[u8]) -> [u8; 32] {
    Tag::KEY.hash(&[key])
}

/// Returns what stands there. `record` is the record's one encoding.
///
/// # Consensus
/// > 7.4 [...] under the tagged hash "moneta/registry-key" of a key's encoding stands the tagged hash
/// > "moneta/registry-record" of its record's encoding.
pub fn registry_value(record: &[u8]) -> [u8; 32] {
    Tag::RECORD.hash(&[record])
}
