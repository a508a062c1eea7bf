//! The pool as bytes, to be found again after a restart: `docs/formats/mempool.md`.
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 8 | `MONETAmp` |
//! | 8 | 4 | format version: 1 |
//! | 12 | 32 | id of the genesis block |
//! | 44 | 8 | number of transactions |
//! | 52 | n | transactions: arrival 8, length 4, transaction |
//! | 52 + n | 32 | sha256d of all before |
use std::sync::Arc;

use bitcoin::consensus::encode::{deserialize, serialize};
use bitcoin::hashes::{Hash, sha256d};
use bitcoin::{BlockHash, Transaction};

use super::Mempool;
use super::policy::MAX_TRANSACTION_WEIGHT;
use crate::chain::Chain;

const MARK: &[u8; 8] = b"MONETAmp";
const VERSION: u32 = 1;
const HEADER_LEN: usize = 52;
const CHECKSUM_LEN: usize = 32;
/// Fewest bytes of a record: arrival, length, and the smallest transaction there can be.
const MIN_RECORD: usize = 12 + 60;

/// A transaction that was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Saved {
    /// Seconds since 1970 when it came.
    pub(crate) arrived: u64,
    pub(crate) tx: Arc<Transaction>,
}

/// Why saved bytes are of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DumpError {
    /// It is something else.
    #[error("it is no saved mempool")]
    Foreign,
    /// It was written by a later program.
    #[error("it has format {0}, this program knows formats up to {VERSION}")]
    Newer(u32),
    /// It belongs to another network.
    #[error("it is of a network with the genesis block {0}")]
    OtherNetwork(BlockHash),
    /// It was cut off or changed.
    #[error("it is damaged")]
    Damaged,
}

impl Mempool {
    /// Returns all that waits, and what rests, as bytes.
    pub(crate) fn dump(&self, genesis: BlockHash) -> Vec<u8> {
        let waiting = self
            .iter()
            .map(|pooled| (pooled.entry.arrived, &pooled.entry.transaction));
        let resting = self
            .resting
            .iter()
            .map(|resting| (resting.arrived, &resting.tx));
        encode(genesis, waiting.chain(resting))
    }

    /// Judges saved transactions and lets in what is good now, in their order.
    pub(crate) fn load(&mut self, saved: Vec<Saved>, chain: &Chain, now: u64) {
        for Saved { arrived, tx } in saved {
            // From a clock that was ahead it would never expire.
            self.restore(tx, arrived.min(now), chain, now);
        }
        self.expire(now);
        self.tidy(chain, now);
    }
}

/// Writes transactions, parents before children.
pub(crate) fn encode<'a>(
    genesis: BlockHash,
    transactions: impl Iterator<Item = (u64, &'a Arc<Transaction>)>,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend_from_slice(MARK);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(genesis.as_byte_array());
    bytes.extend_from_slice(&[0; 8]);
    let mut count = 0_u64;
    for (arrived, tx) in transactions {
        let tx = serialize(tx.as_ref());
        let Ok(len) = u32::try_from(tx.len()) else {
            continue;
        };
        bytes.extend_from_slice(&arrived.to_le_bytes());
        bytes.extend_from_slice(&len.to_le_bytes());
        bytes.extend_from_slice(&tx);
        count += 1;
    }
    bytes[HEADER_LEN - 8..HEADER_LEN].copy_from_slice(&count.to_le_bytes());
    let checksum = sha256d::Hash::hash(&bytes);
    bytes.extend_from_slice(checksum.as_byte_array());
    bytes
}

/// Reads what [`encode`] wrote.
///
/// # Errors
/// The bytes are something else, or not whole.
pub(crate) fn decode(bytes: &[u8], genesis: BlockHash) -> Result<Vec<Saved>, DumpError> {
    if !bytes.starts_with(MARK) {
        return Err(DumpError::Foreign);
    }
    let (body, checksum) = bytes
        .split_last_chunk::<CHECKSUM_LEN>()
        .filter(|(body, _)| body.len() >= HEADER_LEN)
        .ok_or(DumpError::Damaged)?;
    let mut reader = Reader(&body[MARK.len()..]);
    let version = u32::from_le_bytes(reader.take()?);
    if version > VERSION {
        return Err(DumpError::Newer(version));
    }
    if sha256d::Hash::hash(body).as_byte_array() != checksum || version == 0 {
        return Err(DumpError::Damaged);
    }
    let network = BlockHash::from_byte_array(reader.take()?);
    if network != genesis {
        return Err(DumpError::OtherNetwork(network));
    }
    let count = u64::from_le_bytes(reader.take()?);
    let count = usize::try_from(count)
        .ok()
        .filter(|count| *count <= reader.0.len() / MIN_RECORD)
        .ok_or(DumpError::Damaged)?;
    let mut saved = Vec::with_capacity(count);
    for _ in 0..count {
        let arrived = u64::from_le_bytes(reader.take()?);
        let len = u32::from_le_bytes(reader.take()?);
        let tx = reader.slice(len)?;
        let tx: Transaction = deserialize(tx).map_err(|_| DumpError::Damaged)?;
        let tx = Arc::new(tx);
        saved.push(Saved { arrived, tx });
    }
    if !reader.0.is_empty() {
        return Err(DumpError::Damaged);
    }
    Ok(saved)
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], DumpError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(DumpError::Damaged)?;
        self.0 = rest;
        Ok(*taken)
    }

    /// Takes the bytes of a transaction. None in the pool has more bytes than weight.
    fn slice(&mut self, len: u32) -> Result<&'a [u8], DumpError> {
        let len = usize::try_from(len)
            .ok()
            .filter(|len| *len as u64 <= MAX_TRANSACTION_WEIGHT)
            .ok_or(DumpError::Damaged)?;
        let (taken, rest) = self.0.split_at_checked(len).ok_or(DumpError::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }
}
