//! One block in the archive, with what it did.
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 4 | magic of the network |
//! | 4 | 4 | length of all that follows byte 20, u32 little endian |
//! | 8 | 4 | height, u32 little endian |
//! | 12 | 8 | checksum: first bytes of sha256d(offset of the record in the file, u64 little endian; then all of the record but the checksum) |
//! | 20 | 40 | seal |
//! | 60 | 4 | length of the block, u32 little endian |
//! | 64 | n | block, in Bitcoin's encoding |
//! | 64 + n | m | what its transactions did where it stood (`codec/effects.rs`) |
//!
//! The offset is part of the checksum so that bytes inside a block can never pass for a record.
use bitcoin::hashes::{Hash, HashEngine, sha256d};
use moneta_chain::{Height, SEAL_LEN, Seal};

use crate::StoreError;

/// Bytes before the seal.
const PREFIX_LEN: usize = 20;
/// Most bytes a block can have: its weight is at most 4,000,000, and a byte weighs 1 at least.
const MAX_BLOCK_LEN: usize = 4_000_000;
/// Bytes between the seal and the block.
const BLOCK_LEN_LEN: usize = 4;
/// Most bytes that what a block did can have. 24,000 inputs fit into a block, and a coin has 10,000 bytes of script.
const MAX_EFFECTS_LEN: usize = 512 * 1_024 * 1_024;
/// Most bytes a record can have.
pub(super) const MAX_RECORD_LEN: u64 =
    (PREFIX_LEN + SEAL_LEN + BLOCK_LEN_LEN + MAX_BLOCK_LEN + MAX_EFFECTS_LEN) as u64;

/// A record that is whole.
pub(super) struct Record<'a> {
    pub(super) height: Height,
    pub(super) seal: Seal,
    pub(super) block: &'a [u8],
    pub(super) effects: &'a [u8],
    /// Length of the record in the file.
    pub(super) len: u64,
}

/// Writes the record of a block that will stand at `offset`.
///
/// # Errors
/// The block is too long.
pub(super) fn encode(
    magic: [u8; 4],
    offset: u64,
    height: Height,
    seal: &Seal,
    block: &[u8],
    effects: &[u8],
) -> Result<Vec<u8>, StoreError> {
    for (got, max) in [
        (block.len(), MAX_BLOCK_LEN),
        (effects.len(), MAX_EFFECTS_LEN),
    ] {
        if got > max {
            return Err(StoreError::TooLong { got, max });
        }
    }
    let rest = SEAL_LEN + BLOCK_LEN_LEN + block.len() + effects.len();
    let len = u32::try_from(rest).expect("all parts are bounded");
    let block_len = u32::try_from(block.len()).expect("blocks are bounded");
    let mut bytes = Vec::with_capacity(PREFIX_LEN + rest);
    bytes.extend_from_slice(&magic);
    bytes.extend_from_slice(&len.to_le_bytes());
    bytes.extend_from_slice(&height.to_u32().to_le_bytes());
    bytes.extend_from_slice(&[0; 8]);
    bytes.extend_from_slice(&seal.encode());
    bytes.extend_from_slice(&block_len.to_le_bytes());
    bytes.extend_from_slice(block);
    bytes.extend_from_slice(effects);
    let checksum = checksum(offset, &bytes[..12], &bytes[PREFIX_LEN..]);
    bytes[12..PREFIX_LEN].copy_from_slice(&checksum);
    Ok(bytes)
}

/// Reads the record at `offset` of `file`; `None` if no whole one stands there.
pub(super) fn decode(file: &[u8], magic: [u8; 4], offset: u64) -> Option<Record<'_>> {
    let bytes = file.get(usize::try_from(offset).ok()?..)?;
    let (prefix, rest) = bytes.split_first_chunk::<PREFIX_LEN>()?;
    if prefix[..4] != magic {
        return None;
    }
    let word = |at: usize| -> Option<u32> {
        let bytes = prefix.get(at..at + 4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    };
    let body_len = usize::try_from(word(4)?).ok()?;
    if body_len as u64 > MAX_RECORD_LEN {
        return None;
    }
    let body = rest.get(..body_len)?;
    if prefix[12..] != checksum(offset, &prefix[..12], body) {
        return None;
    }
    let (seal, rest) = body.split_first_chunk::<SEAL_LEN>()?;
    let (block_len, rest) = rest.split_first_chunk::<BLOCK_LEN_LEN>()?;
    let block_len = usize::try_from(u32::from_le_bytes(*block_len)).ok()?;
    let (block, effects) = rest.split_at_checked(block_len)?;
    Some(Record {
        height: Height::new(word(8)?),
        seal: Seal::decode(seal),
        block,
        effects,
        len: (PREFIX_LEN + body_len) as u64,
    })
}

/// Returns how long the record at `offset` says it is; `None` if none can begin there.
pub(super) fn claimed_len(file: &[u8], magic: [u8; 4], offset: u64) -> Option<u64> {
    let bytes = file.get(usize::try_from(offset).ok()?..)?;
    let (prefix, rest) = bytes.split_first_chunk::<PREFIX_LEN>()?;
    let len = u32::from_le_bytes(prefix[4..8].try_into().ok()?);
    let fits = prefix[..4] == magic && u64::from(len) <= rest.len() as u64;
    fits.then(|| u64::from(len) + PREFIX_LEN as u64)
}

fn checksum(offset: u64, prefix: &[u8], body: &[u8]) -> [u8; 8] {
    let mut engine = sha256d::Hash::engine();
    engine.input(&offset.to_le_bytes());
    engine.input(prefix);
    engine.input(body);
    let hash = sha256d::Hash::from_engine(engine).to_byte_array();
    let mut checksum = [0; 8];
    checksum.copy_from_slice(&hash[..8]);
    checksum
}
