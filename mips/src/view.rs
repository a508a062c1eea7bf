//! What rules may ask of the past: the registry of assets, freezes and identities.
use bitcoin::{OutPoint, Txid};
use moneta_chain::Height;
use serde::{Deserialize, Serialize};

use crate::{
    AssetDocument, AssetId, Collection, DocumentKind, Enrolment, FreezeRecord, Holders, IdentityId,
    Key, Piece, Record, Redemption, Rights, ScriptDigest, Seizure, Standing, Target,
};

/// An asset as the registry knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// Its name for ever.
    pub id: AssetId,
    /// Symbol, unique under the issuer's handle; for a bare asset a label only.
    pub symbol: String,
    /// Identity that issued it, if any.
    pub issuer: Option<IdentityId>,
    /// Decimal places of the displayed unit.
    pub decimals: u8,
    /// Base units that exist now.
    pub supply: u64,
    /// Base units burned so far.
    pub burned: u64,
    /// Highest supply there may ever be.
    pub cap: u64,
    /// Rights that exist over it: those declared at issue, less those renounced since.
    pub powers: Rights,
    /// Who may hold it.
    pub holders: Holders,
    /// A name for people.
    pub name: String,
    /// SHA-256 of the terms, or all zero.
    pub contract_hash: [u8; 32],
    /// Transaction that issued it.
    pub issued_in: Txid,
    /// Height of that transaction.
    pub issued_at: Height,
}

impl Asset {
    /// Tells whether coins of this asset can be frozen.
    pub const fn is_freezable(&self) -> bool {
        self.powers.contains(Rights::FREEZE)
    }
}

/// An identity as the registry knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Its name for ever.
    pub id: IdentityId,
    /// Its unique handle.
    pub handle: String,
    /// What the owner publishes.
    pub document: String,
    /// SHA-256 of the recovery script, or all zero.
    pub recovery: [u8; 32],
    /// Transaction that registered it.
    pub registered_in: Txid,
    /// Height of that transaction.
    pub registered_at: Height,
}

/// The registry as rules see it: records by key, and what the rules ask by name.
pub trait RegistryView {
    /// Returns the record under this key.
    fn record(&self, key: &Key) -> Option<Record>;

    /// Returns the asset with this id.
    fn asset(&self, id: &AssetId) -> Option<Asset> {
        match self.record(&Key::Asset(*id))? {
            Record::Asset(asset) => Some(*asset),
            _ => None,
        }
    }

    /// Returns the asset with this symbol under this issuer.
    fn asset_of_symbol(&self, issuer: &IdentityId, symbol: &str) -> Option<AssetId> {
        let (issuer, symbol) = (*issuer, symbol.to_owned());
        match self.record(&Key::Symbol { issuer, symbol })? {
            Record::Symbol(id) => Some(id),
            _ => None,
        }
    }

    /// Returns the freeze of this coin under this asset, lapsed or not.
    fn freeze(&self, asset: &AssetId, coin: &OutPoint) -> Option<FreezeRecord> {
        let (asset, coin) = (*asset, *coin);
        match self.record(&Key::Freeze { asset, coin })? {
            Record::Freeze(freeze) => Some(freeze),
            _ => None,
        }
    }

    /// Returns the freeze on this target, lapsed or not.
    fn freeze_on(&self, target: &Target) -> Option<FreezeRecord> {
        match self.record(&target.key())? {
            Record::Freeze(freeze) | Record::ScriptFreeze(freeze) | Record::Pause(freeze) => {
                Some(freeze)
            }
            _ => None,
        }
    }

    /// Returns where frozen coins of this asset may still go.
    fn redemption(&self, asset: &AssetId) -> Option<Redemption> {
        match self.record(&Key::Redemption(*asset))? {
            Record::Redemption(redemption) => Some(redemption),
            _ => None,
        }
    }

    /// Tells whether, and where, the units of this coin were taken by force.
    fn seizure(&self, asset: &AssetId, coin: &OutPoint) -> Option<Seizure> {
        let (asset, coin) = (*asset, *coin);
        match self.record(&Key::Seizure { asset, coin })? {
            Record::Seizure(seizure) => Some(seizure),
            _ => None,
        }
    }

    /// Returns the identity with this id.
    fn identity(&self, id: &IdentityId) -> Option<Identity> {
        match self.record(&Key::Identity(*id))? {
            Record::Identity(identity) => Some(*identity),
            _ => None,
        }
    }

    /// Returns the identity with this handle.
    fn identity_of_handle(&self, handle: &str) -> Option<IdentityId> {
        match self.record(&Key::Handle(handle.to_owned()))? {
            Record::Handle(id) => Some(id),
            _ => None,
        }
    }

    /// Returns the identity whose handle has this skeleton.
    fn identity_of_skeleton(&self, skeleton: &str) -> Option<IdentityId> {
        match self.record(&Key::Skeleton(skeleton.to_owned()))? {
            Record::Skeleton(id) => Some(id),
            _ => None,
        }
    }

    /// Returns how an identity stands.
    fn standing(&self, id: &IdentityId) -> Option<Standing> {
        match self.record(&Key::Standing(*id))? {
            Record::Standing(standing) => Some(standing),
            _ => None,
        }
    }

    /// Returns the collection with this name under this issuer.
    fn collection(&self, issuer: &IdentityId, name: &str) -> Option<Collection> {
        let (issuer, name) = (*issuer, name.to_owned());
        match self.record(&Key::Collection { issuer, name })? {
            Record::Collection(collection) => Some(collection),
            _ => None,
        }
    }

    /// Returns what makes this asset a piece, if it is one.
    fn piece(&self, asset: &AssetId) -> Option<Piece> {
        match self.record(&Key::Piece(*asset))? {
            Record::Piece(piece) => Some(*piece),
            _ => None,
        }
    }

    /// Returns the enrolment of this script under this asset, over or not.
    fn enrolment(&self, asset: &AssetId, script: &ScriptDigest) -> Option<Enrolment> {
        let (asset, script) = (*asset, *script);
        match self.record(&Key::Enrolment { asset, script })? {
            Record::Enrolment(enrolment) => Some(enrolment),
            _ => None,
        }
    }

    /// Returns the current document of this kind of the asset.
    fn document(&self, asset: &AssetId, kind: DocumentKind) -> Option<AssetDocument> {
        let asset = *asset;
        match self.record(&Key::Document { asset, kind })? {
            Record::Document(document) => Some(document),
            _ => None,
        }
    }
}
