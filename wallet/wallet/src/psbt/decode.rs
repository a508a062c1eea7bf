//! Bytes -> PSBT, binary or base64, with the limit checked first.
use std::str::FromStr;

use bitcoin::Psbt;

use super::{MAX_PSBT, PsbtError};

/// First bytes of a binary PSBT (BIP174).
const MAGIC: &[u8] = b"psbt\xff";

/// Reads a PSBT, binary or base64. Nothing in it has been checked but its form.
///
/// # Errors
/// The bytes are too long, or no PSBT of version 0.
pub fn decode_psbt(bytes: &[u8]) -> Result<Psbt, PsbtError> {
    let got = bytes.len();
    if bytes.starts_with(MAGIC) {
        if got > MAX_PSBT {
            return Err(PsbtError::TooLong { got });
        }
        return Psbt::deserialize(bytes).map_err(|_| PsbtError::Malformed);
    }
    // Base64 has four characters for three bytes, and editors like to break lines.
    if got > MAX_PSBT / 3 * 4 + MAX_PSBT / 32 {
        return Err(PsbtError::TooLong { got });
    }
    let text = std::str::from_utf8(bytes).map_err(|_| PsbtError::Malformed)?;
    let text: String = text.split_ascii_whitespace().collect();
    Psbt::from_str(&text).map_err(|_| PsbtError::Malformed)
}
