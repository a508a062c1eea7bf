//! What the registry knows of collections and their pieces, and how it is written.
use moneta_chain::Height;
use serde::{Deserialize, Serialize};

use crate::envelope::{Reader, Writer};
use crate::{AssetId, EnvelopeError, IdentityId};

/// A collection as the registry knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// How many pieces it may have; set by the first and the same for all.
    pub edition: u32,
    /// How many pieces have been issued.
    pub pieces: u32,
    /// Height of its first piece.
    pub begun_at: Height,
}

impl Collection {
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.u32(self.edition);
        writer.u32(self.pieces);
        writer.u32(self.begun_at.to_u32());
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, EnvelopeError> {
        Ok(Self {
            edition: reader.u32()?,
            pieces: reader.u32()?,
            begun_at: Height::new(reader.u32()?),
        })
    }
}

/// A piece as the registry knows it. Who had it is the history of its coin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The asset, of one unit.
    pub asset: AssetId,
    /// Who issued it.
    pub issuer: IdentityId,
    /// Name of its collection under the issuer's handle.
    pub collection: String,
    /// Which piece of the edition.
    pub number: u32,
    /// How many pieces the collection may have.
    pub edition: u32,
    /// Media type of the content.
    pub media_type: String,
    /// SHA-256 of the content.
    pub content: [u8; 32],
    /// SHA-256 of the terms, or all zero.
    pub terms: [u8; 32],
}

impl Piece {
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.bytes(&self.asset.0);
        writer.bytes(&self.issuer.0);
        writer.text(&self.collection);
        writer.u32(self.number);
        writer.u32(self.edition);
        writer.text(&self.media_type);
        writer.bytes(&self.content);
        writer.bytes(&self.terms);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, EnvelopeError> {
        Ok(Self {
            asset: AssetId(reader.array()?),
            issuer: IdentityId(reader.array()?),
            collection: reader.text()?,
            number: reader.u32()?,
            edition: reader.u32()?,
            media_type: reader.text()?,
            content: reader.array()?,
            terms: reader.array()?,
        })
    }
}
