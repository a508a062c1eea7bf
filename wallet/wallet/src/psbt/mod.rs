//! What a PSBT does, proven from the PSBT alone: what an offline signer shows before it signs.
mod error;
mod reading;

pub use error::{PsbtError, Warning};
pub use reading::{PsbtReading, ReadInput, ReadOutput, read_psbt};

/// Longest PSBT that is read, in bytes; as hardware signers have it.
pub const MAX_PSBT: usize = 2 * 1_024 * 1_024;
