//! One block in the archive, with what it did.
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 4 | magic of the network |
//! | 4 | 4 | length of all that follows byte 36, u32 little endian |
//! | 8 | 4 | height, u32 little endian |
//! | 12 | 8 | up to which byte the file was durable before this record was written, u64 little endian |
//! | 20 | 8 | checksum of the head: first bytes of sha256d(key of the file; offset of the record in the file, u64 little endian; bytes 0 to 19) |
//! | 28 | 8 | checksum of all: first bytes of sha256d(key of the file; offset; bytes 0 to 27; bytes 36 to the end) |
//! | 36 | 40 | seal |
//! | 76 | 4 | length of the block, u32 little endian |
//! | 80 | n | block, in Bitcoin's encoding |
//! | 80 + n | m | what its transactions did where it stood (`codec/effects.rs`) |
//!
//! The offset is part of the checksums so that a record that was moved is not one, and the key so that nobody can
//! put what passes for a record into a block. The head's own checksum is what tells a crash from damage: a whole head
//! proves that the bytes before those it names were durable once.
use bitcoin::hashes::{Hash, HashEngine, sha256d};
use moneta_chain::{Height, SEAL_LEN, Seal};

use super::file_header::Key;
use crate::StoreError;

/// Bytes that the head's checksum covers.
const HEAD_LEN: usize = 20;
/// Bytes before the checksum of all.
const MARK_LEN: usize = 28;
/// Bytes before the seal.
const PREFIX_LEN: usize = 36;
/// Most bytes a block can have: its weight is at most 4,000,000, and a byte weighs 1 at least.
const MAX_BLOCK_LEN: usize = 4_000_000;
/// Bytes between the seal and the block.
const BLOCK_LEN_LEN: usize = 4;
/// Most bytes that what a block did can have. 24,000 inputs fit into a block, and a coin has 10,000 bytes of script.
const MAX_EFFECTS_LEN: usize = 512 * 1_024 * 1_024;
/// Most bytes a record can have.
pub(super) const MAX_RECORD_LEN: u64 =
    (PREFIX_LEN + SEAL_LEN + BLOCK_LEN_LEN + MAX_BLOCK_LEN + MAX_EFFECTS_LEN) as u64;

/// Where a record stands, beside what is in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    /// Magic of the network.
    pub(super) magic: [u8; 4],
    /// Key of the file.
    pub(super) key: Key,
    /// Where in the file.
    pub(super) offset: u64,
}

/// The beginning of a record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub(super) height: Height,
    /// Up to which byte the file was durable before.
    pub(super) durable: u64,
    /// Length of the record in the file.
    pub(super) len: u64,
}

/// A record that is whole.
pub(super) struct Record<'a> {
    pub(super) head: Head,
    pub(super) seal: Seal,
    pub(super) block: &'a [u8],
    pub(super) effects: &'a [u8],
}

/// What a record is made of.
pub(super) struct Parts<'a> {
    pub(super) height: Height,
    pub(super) seal: &'a Seal,
    pub(super) block: &'a [u8],
    pub(super) effects: &'a [u8],
}

/// Writes the record of a block that will stand at `spot`, in a file that is durable up to byte `durable`.
///
/// # Errors
/// The block is too long.
pub(super) fn encode(spot: &Spot, durable: u64, parts: &Parts<'_>) -> Result<Vec<u8>, StoreError> {
    let Parts { block, effects, .. } = parts;
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
    bytes.extend_from_slice(&spot.magic);
    bytes.extend_from_slice(&len.to_le_bytes());
    bytes.extend_from_slice(&parts.height.to_u32().to_le_bytes());
    bytes.extend_from_slice(&durable.to_le_bytes());
    let head = checksum(spot, &[&bytes]);
    bytes.extend_from_slice(&head);
    bytes.extend_from_slice(&[0; 8]);
    bytes.extend_from_slice(&parts.seal.encode());
    bytes.extend_from_slice(&block_len.to_le_bytes());
    bytes.extend_from_slice(block);
    bytes.extend_from_slice(effects);
    let whole = checksum(spot, &[&bytes[..MARK_LEN], &bytes[PREFIX_LEN..]]);
    bytes[MARK_LEN..PREFIX_LEN].copy_from_slice(&whole);
    Ok(bytes)
}

/// Reads the record at `spot` of `file`; `None` if no whole one stands there.
pub(super) fn decode<'a>(file: &'a [u8], spot: &Spot) -> Option<Record<'a>> {
    let head = decode_head(file, spot)?;
    let bytes = file.get(usize::try_from(spot.offset).ok()?..)?;
    let bytes = bytes.get(..usize::try_from(head.len).ok()?)?;
    let (prefix, body) = bytes.split_first_chunk::<PREFIX_LEN>()?;
    if prefix[MARK_LEN..] != checksum(spot, &[&prefix[..MARK_LEN], body]) {
        return None;
    }
    let (seal, rest) = body.split_first_chunk::<SEAL_LEN>()?;
    let (block_len, rest) = rest.split_first_chunk::<BLOCK_LEN_LEN>()?;
    let block_len = usize::try_from(u32::from_le_bytes(*block_len)).ok()?;
    let (block, effects) = rest.split_at_checked(block_len)?;
    Some(Record {
        head,
        seal: Seal::decode(seal),
        block,
        effects,
    })
}

/// Reads the head of the record at `spot` of `file`; `None` if no whole one stands there.
pub(super) fn decode_head(file: &[u8], spot: &Spot) -> Option<Head> {
    let bytes = file.get(usize::try_from(spot.offset).ok()?..)?;
    let prefix = bytes.first_chunk::<PREFIX_LEN>()?;
    if prefix[..4] != spot.magic
        || prefix[HEAD_LEN..MARK_LEN] != checksum(spot, &[&prefix[..HEAD_LEN]])
    {
        return None;
    }
    let word = |at: usize| Some(u32::from_le_bytes(*prefix.get(at..)?.first_chunk()?));
    let durable = u64::from_le_bytes(*prefix.get(12..)?.first_chunk()?);
    Some(Head {
        height: Height::new(word(8)?),
        durable,
        len: PREFIX_LEN as u64 + u64::from(word(4)?),
    })
}

fn checksum(spot: &Spot, parts: &[&[u8]]) -> [u8; 8] {
    let mut engine = sha256d::Hash::engine();
    engine.input(&spot.key);
    engine.input(&spot.offset.to_le_bytes());
    for part in parts {
        engine.input(part);
    }
    let hash = sha256d::Hash::from_engine(engine).to_byte_array();
    let mut checksum = [0; 8];
    checksum.copy_from_slice(&hash[..8]);
    checksum
}
