//! The address book: bounded, and hard to fill for whoever holds few groups of addresses.
//!
//! Addresses that were only heard of, and those we have spoken with, stand in two tables of buckets of 64 places. The
//! bucket follows from the address's group and from who told of it, under a secret; so what one group of sources tells
//! reaches 64 of 1,024 buckets, and the addresses of one group 8 of the 256 others. Whom to connect with is drawn
//! by bucket first. The shape is Bitcoin Core's, after "Eclipse attacks on Bitcoin's peer-to-peer network" (2015).

#[cfg(test)]
mod check;
mod choice;
mod contest;
mod entry;
mod error;
mod file;
mod keep;
mod table;

pub use choice::Among;
pub use entry::KnownAddress;
pub use error::BookError;
pub use keep::AddressBook;

pub(super) use table::{bytes, keyed};
