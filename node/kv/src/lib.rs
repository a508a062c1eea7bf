//! Keys and values that survive anything: a log, hashed tables read through maps, snapshots.
#![doc = include_str!("../README.md")]

mod batch;
mod error;
mod filter;
mod hash;
mod log;
mod manifest;
mod memtable;
mod merge;
mod store;
mod table;
mod varint;

pub use batch::{Batch, MAX_KEY, MAX_VALUE};
pub use error::{Damage, OpenError, StoreError};
pub use store::{Check, Durability, Options, Snapshot, Stats, Store};
