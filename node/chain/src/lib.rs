//! What a Moneta chain is made of, beside the `bitcoin` crate's own block and transaction.
//!
//! A block is byte for byte a Bitcoin block, and a [`Seal`] of 40 bytes stands beside it: proof of
//! work, not identity. This crate knows bytes and numbers; it reads no file, no clock, no network.

mod address;
mod genesis;
mod hash;
mod height;
mod params;
mod seal;
mod work;

pub use address::{AddressError, address_of, parse_address};
pub use hash::{ScriptId, keccak256, tagged_hash};
pub use height::Height;
pub use params::{COIN, Difficulty, EthashSize, Network, Params};
pub use seal::{SEAL_LEN, Seal, SealedBlock, SealedHeader, seal_hash};
pub use work::ChainWork;
