//! The only place that knows `redb`: batches go in whole, moments come out.

mod open;
mod read;
mod write;

use bitcoin::BlockHash;
use bitcoin::hashes::Hash;
use moneta_chain::Height;
use redb::{Database, TableDefinition};

pub(crate) use read::{Moment, damaged};
pub(crate) use write::{amount_of, counts_of};

use crate::IndexError;
use crate::rows::{Batch, Table};

/// Grows whenever a row's key or value changes shape: an index of another format is thrown away.
pub(crate) const FORMAT: u32 = 3;

const META: TableDefinition<'static, &[u8], &[u8]> = TableDefinition::new("meta");
const STAMP: &[u8] = b"stamp";
const TIP: &[u8] = b"tip";

/// Memory that redb may keep pages in.
const CACHE_BYTES: usize = 64 * 1024 * 1024;

const fn definition(table: Table) -> TableDefinition<'static, &'static [u8], &'static [u8]> {
    TableDefinition::new(table.name())
}

/// `index.redb`.
pub(crate) struct Store {
    db: Database,
    stamp: Vec<u8>,
}

/// Format and chain: both must be as they are here, or the file is of no use.
fn stamp_of(genesis: &Batch) -> Vec<u8> {
    let genesis = genesis.to.map(encode_tip).unwrap_or_default();
    [&FORMAT.to_be_bytes()[..], &genesis].concat()
}

fn encode_tip((height, id): (Height, BlockHash)) -> Vec<u8> {
    [&height.to_u32().to_be_bytes()[..], id.as_byte_array()].concat()
}

fn decode_tip(bytes: &[u8]) -> Option<(Height, BlockHash)> {
    let (height, id) = bytes.split_first_chunk::<4>()?;
    let id = BlockHash::from_slice(id).ok()?;
    Some((Height::new(u32::from_be_bytes(*height)), id))
}

/// redb has one error type per kind of call; here they are one.
fn storage(error: impl Into<redb::Error>) -> IndexError {
    IndexError::Storage(Box::new(error.into()))
}
