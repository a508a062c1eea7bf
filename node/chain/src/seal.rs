//! The seal: Ethash proof of work that stands beside an 80-byte Bitcoin header.
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 8 | nonce, u64 little endian |
//! | 8 | 32 | mix hash |
use bitcoin::block::Header;
use bitcoin::consensus::serialize;
use bitcoin::{Block, BlockHash};

use crate::keccak256;

/// Length of an encoded seal in bytes.
pub const SEAL_LEN: usize = 40;

/// Ethash proof of work for one header. An id says nothing about its seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seal {
    /// The nonce the miner found.
    pub nonce: u64,
    /// The mix that Ethash yields for the seal hash and the nonce.
    pub mix_hash: [u8; 32],
}

impl Seal {
    /// Writes the seal's 40 bytes.
    pub fn encode(&self) -> [u8; SEAL_LEN] {
        let mut bytes = [0; SEAL_LEN];
        bytes[..8].copy_from_slice(&self.nonce.to_le_bytes());
        bytes[8..].copy_from_slice(&self.mix_hash);
        bytes
    }

    /// Reads a seal from its 40 bytes; every byte string of that length is a seal.
    pub fn decode(bytes: &[u8; SEAL_LEN]) -> Self {
        let (mut nonce, mut mix_hash) = ([0; 8], [0; 32]);
        nonce.copy_from_slice(&bytes[..8]);
        mix_hash.copy_from_slice(&bytes[8..]);
        Self {
            nonce: u64::from_le_bytes(nonce),
            mix_hash,
        }
    }
}

/// Returns what Ethash seals: `keccak256` of the header's 80 bytes.
pub fn seal_hash(header: &Header) -> [u8; 32] {
    keccak256(&serialize(header))
}

/// A header and the proof of its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedHeader {
    /// The 80-byte Bitcoin header.
    pub header: Header,
    /// Its seal.
    pub seal: Seal,
}

/// A block and the proof of its work. Nothing about it has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedBlock {
    /// The Bitcoin block.
    pub block: Block,
    /// Its seal.
    pub seal: Seal,
}

impl SealedBlock {
    /// Returns the block's id: double SHA-256 of the 80-byte header.
    pub fn id(&self) -> BlockHash {
        self.block.block_hash()
    }

    /// Returns header and seal without the body.
    pub fn sealed_header(&self) -> SealedHeader {
        SealedHeader {
            header: self.block.header,
            seal: self.seal,
        }
    }
}
