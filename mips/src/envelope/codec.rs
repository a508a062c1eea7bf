//! Bytes <-> envelope.
use bitcoin::{ScriptBuf, Transaction};

use super::{Envelope, EnvelopeError, IssueAsset, RegisterIdentity};

/// An envelope and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundEnvelope {
    /// Index of the output that carries it.
    pub vout: u32,
    /// What it says.
    pub envelope: Envelope,
}

/// Finds and reads the one envelope of `tx`; `None` if no output carries the tag.
///
/// # Errors
/// There are two envelopes, or the one there is not canonical.
pub fn find_envelope(_tx: &Transaction) -> Result<Option<FoundEnvelope>, EnvelopeError> {
    unimplemented!("envelope codec")
}

impl Envelope {
    /// Writes the payload (without the tag).
    pub fn encode(&self) -> Vec<u8> {
        unimplemented!("envelope codec")
    }

    /// Reads a payload (without the tag).
    ///
    /// # Errors
    /// The bytes are not the canonical encoding of an envelope.
    pub fn decode(_payload: &[u8]) -> Result<Self, EnvelopeError> {
        unimplemented!("envelope codec")
    }

    /// Returns the script of the output that carries this envelope: `OP_RETURN <tag || payload>`.
    pub fn to_script(&self) -> ScriptBuf {
        unimplemented!("envelope codec")
    }
}

impl IssueAsset {
    /// Writes the body of the operation (without its opcode); the asset's id commits to these bytes.
    pub fn encode(&self) -> Vec<u8> {
        unimplemented!("envelope codec")
    }
}

impl RegisterIdentity {
    /// Writes the body of the operation (without its opcode); the identity's id commits to these bytes.
    pub fn encode(&self) -> Vec<u8> {
        unimplemented!("envelope codec")
    }
}
