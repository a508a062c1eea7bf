//! The rules for assets, freezing, identity and notarisation: pure functions over views and values.
//!
//! Nothing here reads a clock, a file or a network, uses a float, or depends on hash-map order.
#![cfg_attr(
    not(test),
    deny(
        clippy::float_arithmetic,
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing
    )
)]

#[macro_use]
mod codes;

mod amount;
mod case;
mod change;
mod check;
mod coin;
mod envelope;
pub mod explain;
mod ids;
mod ledger;
pub mod mip_0001_freezing;
pub mod mip_0002_identity;
pub mod mip_0003_assets;
pub mod mip_0006_notarisation;
mod price;
mod registry;
#[cfg(test)]
mod testing;
mod view;

pub use amount::{AmountError, MTA_DECIMALS, format_units, parse_positive_units, parse_units};
pub use change::Change;
pub use check::{Effects, MipError, Scene, check_coinbase, check_transaction, freezes_of};
pub use coin::{Attachment, Coin, Rights};
pub use envelope::{
    Allocation, ENVELOPE_TAG, Envelope, EnvelopeError, FoundEnvelope, Freeze, Holders, IssueAsset,
    MAX_PAYLOAD, Operation, Reason, RegisterIdentity, Tier, find_envelope,
};
pub use explain::{AssetFacts, Facts, Lang, Sentence, Tone, explain};
pub use ids::{AssetId, IdentityId};
pub use mip_0001_freezing::FreezeError;
pub use mip_0002_identity::IdentityError;
pub use mip_0003_assets::AssetError;
pub use mip_0006_notarisation::AnchorError;
pub use price::registry_price;
pub use registry::{Registry, RegistryOverlay};
pub use view::{Asset, FreezeRecord, Identity, RegistryView};

/// Most grains a coin of a freezable asset may hold, so that a freeze never traps real native value.
pub const MAX_GRAINS_IN_FREEZABLE_COIN: bitcoin::Amount = bitcoin::Amount::from_sat(10_000);
