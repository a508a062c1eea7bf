//! The rules for assets, freezing, identity and notarisation: pure functions over views and values.
//!
#![doc = include_str!("../README.md")]
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
mod deployment;
mod envelope;
pub mod explain;
mod ids;
mod ledger;
mod mip;
pub mod mip_0000_process;
pub mod mip_0001_freezing;
pub mod mip_0002_identity;
pub mod mip_0003_assets;
pub mod mip_0004_unique;
pub mod mip_0005_holding;
pub mod mip_0006_notarisation;
mod price;
mod registry;
mod scripts;
#[cfg(test)]
mod testing;
mod view;

pub use amount::{
    AmountError, MTA_DECIMALS, MTA_SYMBOL, format_units, parse_positive_units, parse_units,
};
pub use change::{Change, Entry};
pub use check::{
    Effects, MipError, Scene, check_coinbase, check_not_frozen, check_transaction, freezes_of,
    spent_of,
};
pub use coin::{Attachment, Coin, Rights};
pub use deployment::{Deployment, Periods, deployments, periods};
pub use envelope::{
    Allocation, DescribePiece, DocumentKind, ENVELOPE_TAG, Envelope, EnvelopeError, FoundEnvelope,
    Freeze, Holder, Holders, IssueAsset, MAX_PAYLOAD, Operation, Reason, RegisterIdentity,
    SetDocument, Targets, Tier, UpdateIdentity, find_envelope,
};
pub use explain::{AssetFacts, Facts, Lang, Sentence, Tone, explain};
pub use ids::{AssetId, Commitment, IdentityId, ScriptDigest, asset_name};
pub use mip::{Activation, Mip, Status};
pub use mip_0001_freezing::{
    FreezeError, FreezeRecord, ORDER_BEFORE_TRANSFER, Redemption, Seizure, Target,
};
pub use mip_0002_identity::{IdentityError, Recovery, Standing};
pub use mip_0003_assets::AssetError;
pub use mip_0004_unique::{Collection, Piece, PieceError};
pub use mip_0005_holding::{Enrolment, HoldingError};
pub use mip_0006_notarisation::{AssetDocument, NotarisationError};
pub use price::{COMMITMENT_PRICE, registry_price};
pub use registry::{Key, Record, RecordError, Registry, RegistryOverlay};
pub use view::{Asset, Identity, RegistryView};

/// Most grains a coin of a freezable asset may hold, so that a freeze never traps real native value.
pub const MAX_GRAINS_IN_FREEZABLE_COIN: bitcoin::Amount = bitcoin::Amount::from_sat(10_000);

/// The MIPs that this crate knows, and where they are in force.
pub const MIPS: &[Mip] = &[
    mip(
        0,
        "how a rule is made",
        include_str!("mip_0000_process/README.md"),
    ),
    mip(
        1,
        "asset freezing",
        include_str!("mip_0001_freezing/README.md"),
    ),
    mip(
        2,
        "digital identity",
        include_str!("mip_0002_identity/README.md"),
    ),
    mip(
        3,
        "extended UTXO and fungible assets",
        include_str!("mip_0003_assets/README.md"),
    ),
    mip(
        4,
        "unique assets",
        include_str!("mip_0004_unique/README.md"),
    ),
    mip(
        5,
        "real-name holding",
        include_str!("mip_0005_holding/README.md"),
    ),
    mip(
        6,
        "notarisation and documents",
        include_str!("mip_0006_notarisation/README.md"),
    ),
    mip(
        7,
        "header commitments",
        include_str!("mip_0007_commitments/README.md"),
    ),
    mip(
        8,
        "seal, difficulty, time",
        include_str!("mip_0008_seal/README.md"),
    ),
    mip(
        9,
        "bounded signature checks",
        include_str!("mip_0009_signature_checks/README.md"),
    ),
];

/// A MIP that every network begins with.
const fn mip(number: u16, title: &'static str, specification: &'static str) -> Mip {
    Mip {
        number,
        title,
        status: Status::Active,
        activation: Activation::FROM_THE_START,
        specification,
    }
}
