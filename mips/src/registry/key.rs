//! What names a record of the registry, and how the name is written.
//!
//! The bytes are consensus: the authenticated map that blocks commit to (MIP-7) hashes them.
use bitcoin::consensus::serialize;
use bitcoin::hashes::Hash;
use bitcoin::{OutPoint, Txid};

use super::RecordError;
use crate::envelope::Reader;
use crate::{AssetId, DocumentKind, IdentityId, ScriptDigest};

/// Names one record of the registry. The order is that of the encodings of each kind's parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// An asset (MIP-3).
    Asset(AssetId),
    /// The symbol of an asset under its issuer's handle (MIP-3).
    Symbol {
        /// Whose symbol.
        issuer: IdentityId,
        /// Which.
        symbol: String,
    },
    /// A collection under its issuer's handle (MIP-4).
    Collection {
        /// Whose collection.
        issuer: IdentityId,
        /// Its name.
        name: String,
    },
    /// A numbered piece of a collection (MIP-4).
    Number {
        /// Whose collection.
        issuer: IdentityId,
        /// Which piece of the edition.
        number: u32,
        /// Name of the collection.
        collection: String,
    },
    /// What makes an asset a piece (MIP-4).
    Piece(AssetId),
    /// A freeze of one coin under one asset (MIP-1).
    Freeze {
        /// Under which asset.
        asset: AssetId,
        /// Which coin.
        coin: OutPoint,
    },
    /// A freeze of one script under one asset (MIP-1).
    ScriptFreeze {
        /// Under which asset.
        asset: AssetId,
        /// Which script.
        script: ScriptDigest,
    },
    /// A freeze of a whole asset (MIP-1).
    Pause(AssetId),
    /// Where frozen coins of an asset may still go (MIP-1).
    Redemption(AssetId),
    /// That the units of a coin were taken by force (MIP-1).
    Seizure {
        /// Units of which asset.
        asset: AssetId,
        /// Which coin held them.
        coin: OutPoint,
    },
    /// An identity (MIP-2).
    Identity(IdentityId),
    /// The handle of an identity (MIP-2).
    Handle(String),
    /// The skeleton of an identity's handle (MIP-2).
    Skeleton(String),
    /// How an identity stands (MIP-2).
    Standing(IdentityId),
    /// The current document of a kind of an asset (MIP-6).
    Document {
        /// Which asset.
        asset: AssetId,
        /// Which kind.
        kind: DocumentKind,
    },
    /// The enrolment of a script under an asset (MIP-5).
    Enrolment {
        /// Under which asset.
        asset: AssetId,
        /// Which script.
        script: ScriptDigest,
    },
}

impl Key {
    /// Writes the key: a byte for its kind, then its parts, of which only the last has no fixed length. So
    /// no two keys are written alike.
    ///
    /// | kind | parts |
    /// |---|---|
    /// | 0x01 asset | id 32 |
    /// | 0x02 symbol | issuer 32, symbol |
    /// | 0x03 collection | issuer 32, name |
    /// | 0x04 number | issuer 32, number 4 LE, collection |
    /// | 0x05 piece | asset 32 |
    /// | 0x10 freeze | asset 32, txid 32, output index 4 LE |
    /// | 0x11 freeze of a script | asset 32, script digest 32 |
    /// | 0x12 pause | asset 32 |
    /// | 0x13 redemption | asset 32 |
    /// | 0x14 seizure | asset 32, txid 32, output index 4 LE |
    /// | 0x20 identity | id 32 |
    /// | 0x21 handle | handle |
    /// | 0x22 skeleton | skeleton of the handle |
    /// | 0x23 standing | identity 32 |
    /// | 0x30 document | asset 32, kind 1 |
    /// | 0x40 enrolment | asset 32, script digest 32 |
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Asset(id) => written(0x01, &[&id.0]),
            Self::Symbol { issuer, symbol } => written(0x02, &[&issuer.0, symbol.as_bytes()]),
            Self::Collection { issuer, name } => written(0x03, &[&issuer.0, name.as_bytes()]),
            Self::Number {
                issuer,
                number,
                collection,
            } => written(
                0x04,
                &[&issuer.0, &number.to_le_bytes(), collection.as_bytes()],
            ),
            Self::Piece(asset) => written(0x05, &[&asset.0]),
            Self::Freeze { asset, coin } => written(0x10, &[&asset.0, &serialize(coin)]),
            Self::ScriptFreeze { asset, script } => written(0x11, &[&asset.0, &script.0]),
            Self::Pause(asset) => written(0x12, &[&asset.0]),
            Self::Redemption(asset) => written(0x13, &[&asset.0]),
            Self::Seizure { asset, coin } => written(0x14, &[&asset.0, &serialize(coin)]),
            Self::Identity(id) => written(0x20, &[&id.0]),
            Self::Handle(handle) => written(0x21, &[handle.as_bytes()]),
            Self::Skeleton(skeleton) => written(0x22, &[skeleton.as_bytes()]),
            Self::Standing(id) => written(0x23, &[&id.0]),
            Self::Document { asset, kind } => written(0x30, &[&asset.0, &[kind.number()]]),
            Self::Enrolment { asset, script } => written(0x40, &[&asset.0, &script.0]),
        }
    }

    /// Reads a key.
    ///
    /// # Errors
    /// The bytes are not what [`Self::encode`] writes.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut reader = Reader::new(bytes);
        let key = match reader.u8()? {
            0x01 => Self::Asset(AssetId(reader.array()?)),
            0x02 => Self::Symbol {
                issuer: IdentityId(reader.array()?),
                symbol: reader.last_text()?,
            },
            0x03 => Self::Collection {
                issuer: IdentityId(reader.array()?),
                name: reader.last_text()?,
            },
            0x04 => Self::Number {
                issuer: IdentityId(reader.array()?),
                number: reader.u32()?,
                collection: reader.last_text()?,
            },
            0x05 => Self::Piece(AssetId(reader.array()?)),
            0x10 => Self::Freeze {
                asset: AssetId(reader.array()?),
                coin: OutPoint {
                    txid: Txid::from_byte_array(reader.array()?),
                    vout: reader.u32()?,
                },
            },
            0x11 => Self::ScriptFreeze {
                asset: AssetId(reader.array()?),
                script: ScriptDigest(reader.array()?),
            },
            0x12 => Self::Pause(AssetId(reader.array()?)),
            0x13 => Self::Redemption(AssetId(reader.array()?)),
            0x14 => Self::Seizure {
                asset: AssetId(reader.array()?),
                coin: OutPoint {
                    txid: Txid::from_byte_array(reader.array()?),
                    vout: reader.u32()?,
                },
            },
            0x20 => Self::Identity(IdentityId(reader.array()?)),
            0x21 => Self::Handle(reader.last_text()?),
            0x22 => Self::Skeleton(reader.last_text()?),
            0x23 => Self::Standing(IdentityId(reader.array()?)),
            0x30 => Self::Document {
                asset: AssetId(reader.array()?),
                kind: DocumentKind::read(&mut reader)?,
            },
            0x40 => Self::Enrolment {
                asset: AssetId(reader.array()?),
                script: ScriptDigest(reader.array()?),
            },
            kind => return Err(RecordError::UnknownKind { kind }),
        };
        reader.finish()?;
        Ok(key)
    }
}

fn written(kind: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = vec![kind];
    parts.iter().for_each(|part| bytes.extend_from_slice(part));
    bytes
}
