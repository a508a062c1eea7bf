//! Which blocks are stored: header, seal and filter hash, which stay, and where the body lies.
use bitcoin::BlockHash;
use bitcoin::bip158::FilterHash;
use bitcoin::block::Header;
use bitcoin::consensus::{deserialize, serialize};
use bitcoin::hashes::Hash;
use moneta_chain::{Height, SEAL_LEN, Seal, SealedHeader};

use super::ChainState;
use crate::{Place, StoreError};

const BLOCK: u8 = b'b';
const HEADER_LEN: usize = 80;
const LEN: usize = HEADER_LEN + SEAL_LEN + 32 + 20;

/// A block that was connected once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredBlock {
    /// Its header and seal.
    pub sealed: SealedHeader,
    /// Hash of its basic filter (BIP157): filter headers follow from these along a chain.
    pub filter_hash: FilterHash,
    /// Where its body lies.
    pub place: Place,
}

impl StoredBlock {
    /// Returns its id.
    pub fn id(&self) -> BlockHash {
        self.sealed.header.block_hash()
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let (offset, len, height) = self.place.parts();
        let mut bytes = Vec::with_capacity(LEN);
        bytes.extend_from_slice(&serialize(&self.sealed.header));
        bytes.extend_from_slice(&self.sealed.seal.encode());
        bytes.extend_from_slice(self.filter_hash.as_byte_array());
        bytes.extend_from_slice(&offset.to_le_bytes());
        bytes.extend_from_slice(&len.to_le_bytes());
        bytes.extend_from_slice(&height.to_u32().to_le_bytes());
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; LEN] = bytes.try_into().ok()?;
        let (header, rest) = bytes.split_at(HEADER_LEN);
        let (seal, rest) = rest.split_first_chunk::<SEAL_LEN>()?;
        let (filter, rest) = rest.split_first_chunk::<32>()?;
        let (offset, rest) = rest.split_first_chunk()?;
        let (len, height) = rest.split_first_chunk()?;
        let header: Header = deserialize(header).ok()?;
        let height = Height::new(u32::from_le_bytes(height.try_into().ok()?));
        Some(Self {
            sealed: SealedHeader {
                header,
                seal: Seal::decode(seal),
            },
            filter_hash: FilterHash::from_byte_array(*filter),
            place: Place::of(
                u64::from_le_bytes(*offset),
                u64::from_le_bytes(*len),
                height,
            ),
        })
    }
}

pub(super) fn block_key(number: u32) -> [u8; 5] {
    let [a, b, c, d] = number.to_le_bytes();
    [BLOCK, a, b, c, d]
}

impl ChainState {
    /// Returns every stored block in the order of storing: a parent before its children.
    ///
    /// # Errors
    /// The store is damaged.
    pub fn blocks(&self) -> Result<Vec<StoredBlock>, StoreError> {
        let block = |number| {
            let block = self.get(&block_key(number))?;
            let block = block.and_then(|block| StoredBlock::decode(&block));
            block.ok_or(StoreError::BadRecord {
                what: "a stored block",
            })
        };
        (0..self.meta.blocks).map(block).collect()
    }

    /// Returns where the archive ends, as far as its blocks are known here.
    pub(crate) const fn archive_end(&self) -> u64 {
        self.meta.archive_end
    }
}
