//! What a transaction does to the registry: changes that carry before and after, so undo is exact.
use bitcoin::OutPoint;
use bitcoin::hashes::Hash;

use crate::envelope::{Reader, Writer};
use crate::{Asset, AssetId, EnvelopeError, FreezeRecord, Identity, Key, Record, RecordError};

/// One change of the registry.
// Freezes are few beside transfers, which change nothing here: boxing them would buy nothing.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// An asset was issued (`before` is `None`), or its supply or its rights changed.
    Asset {
        /// The record before, if there was one.
        before: Option<Box<Asset>>,
        /// The record after.
        after: Box<Asset>,
    },
    /// A coin was frozen, its freeze changed, or ended.
    ///
    /// Lifting a freeze lowers `stop` to the next height and keeps the record: what was frozen once, and
    /// how long, still counts for the next freeze. The record goes (`after` is `None`) when the coin,
    /// free again, is spent.
    Freeze {
        /// Which asset.
        asset: AssetId,
        /// Which coin.
        coin: OutPoint,
        /// The record before, if there was one.
        before: Option<FreezeRecord>,
        /// The record after, if there is one.
        after: Option<FreezeRecord>,
    },
    /// An identity was registered.
    Identity {
        /// The new record.
        after: Box<Identity>,
    },
    /// Another record was made, changed or dropped: a collection or piece (MIP-4), an enrolment (MIP-5),
    /// a document (MIP-6). Its key says which.
    Record(Box<Entry>),
}

/// What a change does to one record: the form in which storage and the authenticated map take it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which record.
    pub key: Key,
    /// The record before, if there was one.
    pub before: Option<Record>,
    /// The record after, if there is one.
    pub after: Option<Record>,
}

impl Change {
    /// Returns what the change does to each record it touches, names that point to a record included.
    pub fn entries(&self) -> Vec<Entry> {
        match self {
            Self::Asset { before, after } => {
                let entry = Entry {
                    key: Key::Asset(after.id),
                    before: before.clone().map(Record::Asset),
                    after: Some(Record::Asset(after.clone())),
                };
                // A bare asset's symbol names nothing.
                let issuer = after.issuer.filter(|_| before.is_none());
                let symbol = issuer.map(|issuer| Entry {
                    key: Key::Symbol {
                        issuer,
                        symbol: after.symbol.clone(),
                    },
                    before: None,
                    after: Some(Record::Symbol(after.id)),
                });
                std::iter::once(entry).chain(symbol).collect()
            }
            Self::Freeze {
                asset,
                coin,
                before,
                after,
            } => vec![Entry {
                key: Key::Freeze {
                    asset: *asset,
                    coin: *coin,
                },
                before: before.clone().map(Record::Freeze),
                after: after.clone().map(Record::Freeze),
            }],
            Self::Record(entry) => vec![(**entry).clone()],
            Self::Identity { after } => vec![
                Entry {
                    key: Key::Identity(after.id),
                    before: None,
                    after: Some(Record::Identity(after.clone())),
                },
                Entry {
                    key: Key::Handle(after.handle.clone()),
                    before: None,
                    after: Some(Record::Handle(after.id)),
                },
            ],
        }
    }
}

const ASSET: u8 = 0x01;
const FREEZE: u8 = 0x10;
const IDENTITY: u8 = 0x20;
const RECORD: u8 = 0xff;

impl Change {
    /// Writes the change for storage: a byte for its kind, what names the record if the record does not, then the
    /// records before and after, each as 0 for none or its length + 1 and its encoding. This is no rule of the chain.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        match self {
            Self::Asset { before, after } => {
                writer.u8(ASSET);
                put(&mut writer, before.clone().map(Record::Asset));
                put(&mut writer, Some(Record::Asset(after.clone())));
            }
            Self::Freeze {
                asset,
                coin,
                before,
                after,
            } => {
                writer.u8(FREEZE);
                writer.bytes(&asset.0);
                writer.bytes(coin.txid.as_byte_array());
                writer.u32(coin.vout);
                put(&mut writer, before.clone().map(Record::Freeze));
                put(&mut writer, after.clone().map(Record::Freeze));
            }
            Self::Identity { after } => {
                writer.u8(IDENTITY);
                put(&mut writer, Some(Record::Identity(after.clone())));
            }
            Self::Record(entry) => {
                writer.u8(RECORD);
                let key = entry.key.encode();
                writer.count(key.len());
                writer.bytes(&key);
                put(&mut writer, entry.before.clone());
                put(&mut writer, entry.after.clone());
            }
        }
        writer.finish()
    }

    /// Reads a change.
    ///
    /// # Errors
    /// The bytes are not what [`Self::encode`] writes.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut reader = Reader::new(bytes);
        let change = match reader.u8()? {
            ASSET => {
                let (before, after) = (take(&mut reader)?, take(&mut reader)?);
                match (before, after) {
                    (None, Some(Record::Asset(after))) => Self::Asset {
                        before: None,
                        after,
                    },
                    (Some(Record::Asset(before)), Some(Record::Asset(after))) => Self::Asset {
                        before: Some(before),
                        after,
                    },
                    _ => return Err(RecordError::UnknownKind { kind: ASSET }),
                }
            }
            FREEZE => Self::Freeze {
                asset: AssetId(reader.array()?),
                coin: OutPoint {
                    txid: bitcoin::Txid::from_byte_array(reader.array()?),
                    vout: reader.u32()?,
                },
                before: take(&mut reader)?.map(freeze).transpose()?,
                after: take(&mut reader)?.map(freeze).transpose()?,
            },
            IDENTITY => match take(&mut reader)? {
                Some(Record::Identity(after)) => Self::Identity { after },
                _ => return Err(RecordError::UnknownKind { kind: IDENTITY }),
            },
            RECORD => {
                let length = reader.count(1)?;
                Self::Record(Box::new(Entry {
                    key: Key::decode(reader.take(length)?)?,
                    before: take(&mut reader)?,
                    after: take(&mut reader)?,
                }))
            }
            kind => return Err(RecordError::UnknownKind { kind }),
        };
        reader.finish()?;
        Ok(change)
    }
}

fn put(writer: &mut Writer, record: Option<Record>) {
    match record {
        None => writer.count(0),
        Some(record) => {
            let bytes = record.encode();
            writer.count(bytes.len().saturating_add(1));
            writer.bytes(&bytes);
        }
    }
}

fn take(reader: &mut Reader<'_>) -> Result<Option<Record>, RecordError> {
    let length = reader.compact_size()?;
    match length.checked_sub(1) {
        None => Ok(None),
        Some(length) => {
            let length = usize::try_from(length).map_err(|_| EnvelopeError::Truncated)?;
            Record::decode(reader.take(length)?).map(Some)
        }
    }
}

fn freeze(record: Record) -> Result<FreezeRecord, RecordError> {
    match record {
        Record::Freeze(freeze) => Ok(freeze),
        _ => Err(RecordError::UnknownKind { kind: FREEZE }),
    }
}
