//! What the registry knows of an asset's documents, and how it is written.
use bitcoin::Txid;
use bitcoin::hashes::Hash;
use moneta_chain::Height;
use serde::{Deserialize, Serialize};

use crate::EnvelopeError;
use crate::envelope::{Reader, Writer};

/// The current document of a kind of an asset as the registry knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetDocument {
    /// SHA-256 of the document, or the root of a merkle tree over many.
    pub digest: [u8; 32],
    /// Where it is kept, if anywhere.
    pub uri: String,
    /// How many documents of this kind there have been, this one included.
    pub version: u32,
    /// Transaction that set it.
    pub set_in: Txid,
    /// Height of that transaction.
    pub set_at: Height,
}

impl AssetDocument {
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.bytes(&self.digest);
        writer.text(&self.uri);
        writer.u32(self.version);
        writer.bytes(self.set_in.as_byte_array());
        writer.u32(self.set_at.to_u32());
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, EnvelopeError> {
        Ok(Self {
            digest: reader.array()?,
            uri: reader.text()?,
            version: reader.u32()?,
            set_in: Txid::from_byte_array(reader.array()?),
            set_at: Height::new(reader.u32()?),
        })
    }
}
