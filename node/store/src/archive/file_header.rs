//! The first bytes of the archive: what the file is, and of which chain.
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 8 | `MONETAba` ("Moneta block archive") |
//! | 8 | 4 | format version, u32 little endian: 3 |
//! | 12 | 4 | magic of the network |
//! | 16 | 32 | id of the genesis block, in the order it is hashed |
//! | 48 | 8 | key of the records' checksums, drawn at random when the file is made |
//! | 56 | 8 | first bytes of sha256d of the 56 bytes before |
use bitcoin::BlockHash;
use bitcoin::hashes::{Hash, sha256d};
use moneta_chain::Params;

/// Length of the file header.
pub(super) const FILE_HEADER_LEN: usize = 64;
/// Newest format this program reads, and the one it writes.
pub(super) const FORMAT: u32 = 3;
const FILE_MAGIC: [u8; 8] = *b"MONETAba";

/// Bytes that say what the file is, before the key.
const KIND_LEN: usize = 48;

/// Key of the checksums in one archive. Whoever makes blocks does not know it, so nothing in a block passes for a
/// record.
pub(crate) type Key = [u8; 8];

/// What the first bytes of a file say.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The header of this network's archive, with the key of its checksums.
    Ours(Key),
    /// Nothing yet, or a header that a crash kept from being written whole.
    Unfinished,
    /// Another kind of file.
    Foreign,
    /// An archive in a format that this program does not know.
    Newer(u32),
    /// An archive in a format that this program does not write any more.
    Older(u32),
    /// An archive whose header is damaged.
    Damaged,
    /// An archive of another chain.
    OtherChain(BlockHash),
}

/// Writes the header.
pub(super) fn encode(params: &Params, key: Key) -> [u8; FILE_HEADER_LEN] {
    let mut bytes = [0; FILE_HEADER_LEN];
    bytes[..KIND_LEN].copy_from_slice(&kind(params));
    bytes[KIND_LEN..56].copy_from_slice(&key);
    let checksum = sha256d::Hash::hash(&bytes[..56]).to_byte_array();
    bytes[56..].copy_from_slice(&checksum[..8]);
    bytes
}

fn kind(params: &Params) -> [u8; KIND_LEN] {
    let mut bytes = [0; KIND_LEN];
    bytes[..8].copy_from_slice(&FILE_MAGIC);
    bytes[8..12].copy_from_slice(&FORMAT.to_le_bytes());
    bytes[12..16].copy_from_slice(&params.magic);
    bytes[16..].copy_from_slice(params.genesis.block_hash().as_byte_array());
    bytes
}

/// Says what `file` begins with.
pub(super) fn recognise(file: &[u8], params: &Params) -> Found {
    let ours = kind(params);
    let Some((header, _)) = file.split_first_chunk::<FILE_HEADER_LEN>() else {
        return if is_unfinished(file, &ours) {
            Found::Unfinished
        } else {
            Found::Foreign
        };
    };
    let checksum = sha256d::Hash::hash(&header[..56]).to_byte_array();
    let is_whole = header[56..] == checksum[..8];
    if is_whole && header[..KIND_LEN] == ours {
        let mut key = Key::default();
        key.copy_from_slice(&header[KIND_LEN..56]);
        return Found::Ours(key);
    }
    if file.iter().all(|byte| *byte == 0) && file.len() == FILE_HEADER_LEN {
        return Found::Unfinished;
    }
    if header[..8] != FILE_MAGIC {
        return Found::Foreign;
    }
    let format = u32::from_le_bytes([header[8], header[9], header[10], header[11]]);
    if format > FORMAT {
        return Found::Newer(format);
    }
    if !is_whole {
        return Found::Damaged;
    }
    if format < FORMAT {
        return Found::Older(format);
    }
    let mut genesis = [0; 32];
    genesis.copy_from_slice(&header[16..KIND_LEN]);
    Found::OtherChain(BlockHash::from_byte_array(genesis))
}

/// Tells whether `start` is what a crash may leave of a header: a part of it, or zeros.
fn is_unfinished(start: &[u8], ours: &[u8; KIND_LEN]) -> bool {
    start.iter().zip(ours).all(|(got, ours)| got == ours) || start.iter().all(|byte| *byte == 0)
}
