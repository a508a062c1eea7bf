//! What the registry knows of an enrolled script, and how it is written.
use bitcoin::Txid;
use bitcoin::hashes::Hash;
use moneta_chain::Height;
use serde::{Deserialize, Serialize};

use crate::EnvelopeError;
use crate::envelope::{Reader, Writer};

/// An enrolment as the registry knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// Salted commitment to the holder's record; the record and the salt stay with the registrar.
    pub commitment: [u8; 32],
    /// First height at which the script may receive.
    pub start: Height,
    /// First height at which it may no longer.
    pub expiry: Height,
    /// Transaction that enrolled it, or that renewed the enrolment last.
    pub enrolled_in: Txid,
}

impl Enrolment {
    /// Tells whether the script may receive in a block at `height`.
    pub fn holds_at(&self, height: Height) -> bool {
        self.start <= height && height < self.expiry
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.bytes(&self.commitment);
        writer.u32(self.start.to_u32());
        writer.u32(self.expiry.to_u32());
        writer.bytes(self.enrolled_in.as_byte_array());
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, EnvelopeError> {
        Ok(Self {
            commitment: reader.array()?,
            start: Height::new(reader.u32()?),
            expiry: Height::new(reader.u32()?),
            enrolled_in: Txid::from_byte_array(reader.array()?),
        })
    }
}
