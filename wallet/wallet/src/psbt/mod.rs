//! What a PSBT does, proven from the PSBT alone: what an offline signer shows before it signs.
//!
//! Nothing is believed. The previous transaction of every input must be there and have the right id;
//! what an input holds is read from that transaction's own envelope; facts about assets and identities
//! count only where the id proves them. If the transaction is ever valid, what is shown is what it does.
mod balance;
mod decode;
mod error;
mod explain;
mod facts;
mod inputs;
mod reading;
#[cfg(test)]
mod tests;
mod warnings;

pub use decode::decode_psbt;
pub use error::{PsbtError, Warning};
pub use facts::ProvenFacts;
pub use reading::{PsbtReading, ReadInput, ReadOutput, read_psbt};

/// Longest PSBT that is read, in bytes; as hardware signers have it.
pub const MAX_PSBT: usize = 2 * 1_024 * 1_024;
