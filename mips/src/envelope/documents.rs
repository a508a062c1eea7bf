//! What an asset is about: pieces of a collection (MIP-4) and its documents (MIP-6), bytes <-> values.
use serde::{Deserialize, Serialize};

use super::EnvelopeError;
use super::reader::Reader;
use super::writer::Writer;
use crate::AssetId;

/// What makes an asset of the same envelope a piece of a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribePiece {
    /// Index of the operation that issues the asset, in the same envelope and before this one.
    pub issue: u8,
    /// Name of the collection under the issuer's handle: 1 to 12 characters of `A-Z0-9`, the first a letter.
    pub collection: String,
    /// Which piece of the edition, from 1 on.
    pub number: u32,
    /// How many pieces the collection may have.
    pub edition: u32,
    /// Media type of the content, as in `image/png`.
    pub media_type: String,
    /// SHA-256 of the content.
    pub content: [u8; 32],
    /// SHA-256 of the terms; all zero if there are none.
    pub terms: [u8; 32],
}

/// The current document of an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetDocument {
    /// Which asset.
    pub asset: AssetId,
    /// What the document is.
    pub kind: DocumentKind,
    /// SHA-256 of the document, or the root of a merkle tree over many.
    pub digest: [u8; 32],
    /// Where it is kept: printable ASCII without spaces, at most 256 bytes; empty if it is handed out by hand.
    pub uri: String,
}

/// What a document of an asset is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// 1: what the issuer promises.
    Terms,
    /// 2: the bars, or whatever else stands behind the units.
    BarList,
    /// 3: an auditor's statement that the reserve is there.
    Attestation,
    /// 4: what somebody who knows says it is worth.
    Appraisal,
    /// 5: where a piece comes from.
    Provenance,
    /// 6: the state it is in.
    Condition,
    /// 7: who pays if it is lost.
    Insurance,
}

impl DocumentKind {
    /// Every kind, in the order of the numbers.
    pub const ALL: [Self; 7] = [
        Self::Terms,
        Self::BarList,
        Self::Attestation,
        Self::Appraisal,
        Self::Provenance,
        Self::Condition,
        Self::Insurance,
    ];
}

impl DescribePiece {
    /// Writes the body of the operation without its opcode and without the number of the issue: what the
    /// contract hash of the asset commits to.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        self.write(&mut writer);
        writer.finish()
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.text(&self.collection);
        writer.u32(self.number);
        writer.u32(self.edition);
        writer.text(&self.media_type);
        writer.bytes(&self.content);
        writer.bytes(&self.terms);
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, EnvelopeError> {
        Ok(Self {
            issue: reader.u8()?,
            collection: reader.text()?,
            number: reader.u32()?,
            edition: reader.u32()?,
            media_type: reader.text()?,
            content: reader.array()?,
            terms: reader.array()?,
        })
    }
}

impl SetDocument {
    pub(super) fn write(&self, writer: &mut Writer) {
        writer.asset(&self.asset);
        writer.u8(self.kind.number());
        writer.bytes(&self.digest);
        writer.text(&self.uri);
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, EnvelopeError> {
        Ok(Self {
            asset: reader.asset()?,
            kind: DocumentKind::read(reader)?,
            digest: reader.array()?,
            uri: reader.text()?,
        })
    }
}
