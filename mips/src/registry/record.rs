//! What stands in the registry under a key, and how it is written.
//!
//! The bytes are consensus: the authenticated map that blocks commit to (MIP-7) hashes them.
use bitcoin::Txid;
use bitcoin::hashes::Hash;
use moneta_chain::Height;

use crate::envelope::{Reader, Writer};
use crate::{
    Asset, AssetDocument, AssetId, Collection, Enrolment, EnvelopeError, FreezeRecord, Holders,
    Identity, IdentityId, Piece, Redemption, Seizure, Standing,
};

const ASSET: u8 = 0x01;
const SYMBOL: u8 = 0x02;
const COLLECTION: u8 = 0x03;
const NUMBER: u8 = 0x04;
const PIECE: u8 = 0x05;
const FREEZE: u8 = 0x10;
const SCRIPT_FREEZE: u8 = 0x11;
const PAUSE: u8 = 0x12;
const REDEMPTION: u8 = 0x13;
const SEIZURE: u8 = 0x14;
const IDENTITY: u8 = 0x20;
const HANDLE: u8 = 0x21;
const SKELETON: u8 = 0x22;
const STANDING: u8 = 0x23;
const DOCUMENT: u8 = 0x30;
const ENROLMENT: u8 = 0x40;

/// One record of the registry; its kind is that of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// An asset.
    Asset(Box<Asset>),
    /// The asset that a symbol names.
    Symbol(AssetId),
    /// A collection.
    Collection(Collection),
    /// The asset that has a number in a collection.
    Number(AssetId),
    /// What makes an asset a piece.
    Piece(Box<Piece>),
    /// A freeze of one coin.
    Freeze(FreezeRecord),
    /// A freeze of one script.
    ScriptFreeze(FreezeRecord),
    /// A freeze of a whole asset.
    Pause(FreezeRecord),
    /// Where frozen coins of an asset may still go.
    Redemption(Redemption),
    /// That the units of a coin were taken by force.
    Seizure(Seizure),
    /// An identity.
    Identity(Box<Identity>),
    /// The identity that a handle names.
    Handle(IdentityId),
    /// The identity whose handle has a skeleton.
    Skeleton(IdentityId),
    /// How an identity stands.
    Standing(Standing),
    /// The current document of a kind of an asset.
    Document(AssetDocument),
    /// An enrolment.
    Enrolment(Enrolment),
}

/// Why bytes are no record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// A field is not written as it has to be.
    #[error("a field of the record: {0}")]
    Field(#[from] EnvelopeError),
    /// The first byte stands for no kind.
    #[error("no kind of record has the number {kind:#04x}")]
    UnknownKind {
        /// The byte.
        kind: u8,
    },
}

impl Record {
    /// Writes the record: a byte for its kind, then its fields in the order of the type, integers in
    /// little-endian, texts with their length as CompactSize before them.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        match self {
            Self::Asset(asset) => {
                writer.u8(ASSET);
                asset.write(&mut writer);
            }
            Self::Symbol(id) => {
                writer.u8(SYMBOL);
                writer.bytes(&id.0);
            }
            Self::Collection(collection) => {
                writer.u8(COLLECTION);
                collection.write(&mut writer);
            }
            Self::Number(id) => {
                writer.u8(NUMBER);
                writer.bytes(&id.0);
            }
            Self::Piece(piece) => {
                writer.u8(PIECE);
                piece.write(&mut writer);
            }
            Self::Freeze(freeze) => {
                writer.u8(FREEZE);
                freeze.write(&mut writer);
            }
            Self::ScriptFreeze(freeze) => {
                writer.u8(SCRIPT_FREEZE);
                freeze.write(&mut writer);
            }
            Self::Pause(freeze) => {
                writer.u8(PAUSE);
                freeze.write(&mut writer);
            }
            Self::Redemption(redemption) => {
                writer.u8(REDEMPTION);
                redemption.write(&mut writer);
            }
            Self::Seizure(seizure) => {
                writer.u8(SEIZURE);
                seizure.write(&mut writer);
            }
            Self::Identity(identity) => {
                writer.u8(IDENTITY);
                identity.write(&mut writer);
            }
            Self::Handle(id) => {
                writer.u8(HANDLE);
                writer.bytes(&id.0);
            }
            Self::Skeleton(id) => {
                writer.u8(SKELETON);
                writer.bytes(&id.0);
            }
            Self::Standing(standing) => {
                writer.u8(STANDING);
                standing.write(&mut writer);
            }
            Self::Document(document) => {
                writer.u8(DOCUMENT);
                document.write(&mut writer);
            }
            Self::Enrolment(enrolment) => {
                writer.u8(ENROLMENT);
                enrolment.write(&mut writer);
            }
        }
        writer.finish()
    }

    /// Reads a record.
    ///
    /// # Errors
    /// The bytes are not what [`Self::encode`] writes.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut reader = Reader::new(bytes);
        let record = match reader.u8()? {
            ASSET => Self::Asset(Box::new(Asset::read(&mut reader)?)),
            SYMBOL => Self::Symbol(AssetId(reader.array()?)),
            COLLECTION => Self::Collection(Collection::read(&mut reader)?),
            NUMBER => Self::Number(AssetId(reader.array()?)),
            PIECE => Self::Piece(Box::new(Piece::read(&mut reader)?)),
            FREEZE => Self::Freeze(FreezeRecord::read(&mut reader)?),
            SCRIPT_FREEZE => Self::ScriptFreeze(FreezeRecord::read(&mut reader)?),
            PAUSE => Self::Pause(FreezeRecord::read(&mut reader)?),
            REDEMPTION => Self::Redemption(Redemption::read(&mut reader)?),
            SEIZURE => Self::Seizure(Seizure::read(&mut reader)?),
            IDENTITY => Self::Identity(Box::new(Identity::read(&mut reader)?)),
            HANDLE => Self::Handle(IdentityId(reader.array()?)),
            SKELETON => Self::Skeleton(IdentityId(reader.array()?)),
            STANDING => Self::Standing(Standing::read(&mut reader)?),
            DOCUMENT => Self::Document(AssetDocument::read(&mut reader)?),
            ENROLMENT => Self::Enrolment(Enrolment::read(&mut reader)?),
            kind => return Err(RecordError::UnknownKind { kind }),
        };
        reader.finish()?;
        Ok(record)
    }
}

impl Asset {
    fn write(&self, writer: &mut Writer) {
        let Self {
            id,
            symbol,
            issuer,
            decimals,
            supply,
            burned,
            cap,
            powers,
            holders,
            name,
            contract_hash,
            issued_in,
            issued_at,
        } = self;
        writer.bytes(&id.0);
        writer.text(symbol);
        writer.option(issuer.as_ref().map(|issuer| &issuer.0));
        writer.u8(*decimals);
        writer.u64(*supply);
        writer.u64(*burned);
        writer.u64(*cap);
        writer.u8(powers.bits());
        writer.u8(holders.number());
        writer.text(name);
        writer.bytes(contract_hash);
        writer.bytes(issued_in.as_byte_array());
        writer.u32(issued_at.to_u32());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, EnvelopeError> {
        Ok(Self {
            id: AssetId(reader.array()?),
            symbol: reader.text()?,
            issuer: reader.option("issuer")?.map(IdentityId),
            decimals: reader.u8()?,
            supply: reader.u64()?,
            burned: reader.u64()?,
            cap: reader.u64()?,
            powers: reader.rights()?,
            holders: Holders::read(reader)?,
            name: reader.text()?,
            contract_hash: reader.array()?,
            issued_in: Txid::from_byte_array(reader.array()?),
            issued_at: Height::new(reader.u32()?),
        })
    }
}

impl Identity {
    fn write(&self, writer: &mut Writer) {
        let Self {
            id,
            handle,
            document,
            recovery,
            registered_in,
            registered_at,
        } = self;
        writer.bytes(&id.0);
        writer.text(handle);
        writer.text(document);
        writer.bytes(recovery);
        writer.bytes(registered_in.as_byte_array());
        writer.u32(registered_at.to_u32());
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, EnvelopeError> {
        Ok(Self {
            id: IdentityId(reader.array()?),
            handle: reader.text()?,
            document: reader.text()?,
            recovery: reader.array()?,
            registered_in: Txid::from_byte_array(reader.array()?),
            registered_at: Height::new(reader.u32()?),
        })
    }
}
