//! What a transaction does to the registry: changes that carry before and after, so undo is exact.
use bitcoin::OutPoint;

use crate::{Asset, AssetId, FreezeRecord, Identity, Key, Record};

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
