//! What a transaction does to the registry: changes that carry before and after, so undo is exact.
use bitcoin::OutPoint;

use crate::{Asset, AssetId, FreezeRecord, Identity, IdentityId, RegistryView};

/// One change of the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// An asset was issued (`before` is `None`), or its supply changed.
    Asset {
        /// The record before, if there was one.
        before: Option<Box<Asset>>,
        /// The record after.
        after: Box<Asset>,
    },
    /// A coin was frozen, its freeze changed, or lifted (`after` is `None`).
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

/// The registry in memory: ordered maps, exact undo.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Registry {}

impl Registry {
    /// Applies one change.
    pub fn apply(&mut self, _change: &Change) {
        unimplemented!("registry")
    }

    /// Takes one change back; the reverse of [`Self::apply`].
    pub fn undo(&mut self, _change: &Change) {
        unimplemented!("registry")
    }
}

impl RegistryView for Registry {
    fn asset(&self, _id: &AssetId) -> Option<Asset> {
        unimplemented!("registry")
    }
    fn asset_of_symbol(&self, _issuer: &IdentityId, _symbol: &str) -> Option<AssetId> {
        unimplemented!("registry")
    }
    fn freeze(&self, _asset: &AssetId, _coin: &OutPoint) -> Option<FreezeRecord> {
        unimplemented!("registry")
    }
    fn identity(&self, _id: &IdentityId) -> Option<Identity> {
        unimplemented!("registry")
    }
    fn identity_of_handle(&self, _handle: &str) -> Option<IdentityId> {
        unimplemented!("registry")
    }
}
