//! What a transaction does to the registry: changes that carry before and after, so undo is exact.
use bitcoin::OutPoint;

use crate::{Asset, AssetId, FreezeRecord, Identity};

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
}
