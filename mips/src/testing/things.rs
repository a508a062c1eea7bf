//! Assets, identities, freezes and operations that the scenarios speak of.
use bitcoin::hashes::Hash;
use bitcoin::{OutPoint, Txid};
use moneta_chain::Height;

use super::{HERE, outpoint, script};
use crate::{
    Asset, AssetId, Attachment, Commitment, Freeze, FreezeRecord, Holders, Identity, IdentityId,
    IssueAsset, Operation, Reason, RegisterIdentity, Rights, Tier,
};

pub(crate) const GOLD: AssetId = AssetId([0x60; 32]);
pub(crate) const SHARES: AssetId = AssetId([0x50; 32]);
pub(crate) const ACME: IdentityId = IdentityId([0xac; 32]);
pub(crate) const BANK: IdentityId = IdentityId([0xba; 32]);

/// Grams of gold under acme: 3 decimals, freezable, 1,000 g of at most 5,000 g.
pub(crate) fn gold() -> Asset {
    Asset {
        id: GOLD,
        symbol: "GOLD".into(),
        issuer: Some(ACME),
        decimals: 3,
        supply: 1_000_000,
        burned: 0,
        cap: 5_000_000,
        powers: Rights::MINT.union(Rights::FREEZE).union(Rights::COMPLIANCE),
        holders: Holders::Open,
        name: "Gold, grams".into(),
        contract_hash: [0xcc; 32],
        issued_in: Txid::from_byte_array([0x99; 32]),
        issued_at: Height::new(5),
    }
}

/// Shares of a painting: nobody has rights over them.
pub(crate) fn shares() -> Asset {
    Asset {
        id: SHARES,
        symbol: "ART".into(),
        issuer: None,
        decimals: 0,
        supply: u64::MAX,
        cap: u64::MAX,
        powers: Rights::NONE,
        name: String::new(),
        contract_hash: [0; 32],
        ..gold()
    }
}

pub(crate) fn acme() -> Identity {
    Identity {
        id: ACME,
        handle: "acme".into(),
        document: "{}".into(),
        recovery: [0; 32],
        registered_in: Txid::from_byte_array([0x98; 32]),
        registered_at: Height::new(4),
    }
}

pub(crate) fn units(id: AssetId, amount: u64) -> Attachment {
    Attachment::Asset { id, amount }
}

pub(crate) fn rights(asset: AssetId, rights: Rights) -> Attachment {
    Attachment::Authority { asset, rights }
}

pub(crate) const fn identity(id: IdentityId) -> Attachment {
    Attachment::Identity { id }
}

/// An EMERGENCY freeze of GOLD for ten blocks.
pub(crate) fn freeze(targets: &[OutPoint]) -> Freeze {
    Freeze {
        asset: GOLD,
        targets: targets.to_vec().into(),
        tier: Tier::Emergency,
        stop: Height::new(HERE + 10),
        reason: Reason::TheftReport,
        jurisdiction: *b"CH",
        document: [0; 32],
    }
}

/// An ORDER freeze of GOLD for a hundred thousand blocks.
pub(crate) fn order(targets: &[OutPoint]) -> Freeze {
    Freeze {
        tier: Tier::Order,
        stop: Height::new(HERE + 100_000),
        reason: Reason::CourtOrder,
        document: [0xdd; 32],
        ..freeze(targets)
    }
}

/// The record of an EMERGENCY freeze.
pub(crate) fn record(start: u32, stop: u32) -> FreezeRecord {
    FreezeRecord {
        tier: Tier::Emergency,
        start: Height::new(start),
        stop: Height::new(stop),
        reason: Reason::TheftReport,
        jurisdiction: *b"CH",
        document: [0; 32],
        frozen_in: Txid::from_byte_array([0x97; 32]),
        ordered: None,
        contested: None,
    }
}

/// The record of an ORDER freeze.
pub(crate) fn order_record(start: u32, stop: u32) -> FreezeRecord {
    FreezeRecord {
        tier: Tier::Order,
        reason: Reason::CourtOrder,
        document: [0xdd; 32],
        ordered: Some(Height::new(start)),
        ..record(start, stop)
    }
}

/// SILVER under acme: 500 of at most 1,000 ounces, mintable and freezable.
pub(crate) fn silver() -> IssueAsset {
    IssueAsset {
        symbol: "SILVER".into(),
        issuer: Some(ACME),
        decimals: 2,
        initial: 50_000,
        cap: 100_000,
        powers: Rights::MINT.union(Rights::FREEZE),
        holders: Holders::Open,
        name: "Silver, ounces".into(),
        contract_hash: [0xcd; 32],
    }
}

pub(crate) fn register(handle: &str) -> RegisterIdentity {
    RegisterIdentity {
        handle: handle.into(),
        document: r#"{"name":"Bank"}"#.into(),
        recovery: [0; 32],
        salt: [0x5a; 32],
    }
}

/// The id that operation `index` of a transaction whose first input is `outpoint(1)` creates.
pub(crate) fn asset_id(index: u32, issue: &IssueAsset) -> AssetId {
    AssetId::derive(&outpoint(1), index, issue)
}

/// The id that operation `index` of a transaction whose first input is `outpoint(1)` registers.
pub(crate) fn identity_id(index: u32, register: &RegisterIdentity) -> IdentityId {
    IdentityId::derive(&outpoint(1), index, register)
}

/// The commitment to a registration whose identity goes to the n-th script.
pub(crate) fn commitment(register: &RegisterIdentity, to: u8) -> Attachment {
    Attachment::Commitment {
        digest: Commitment::to(register, &script(to)),
    }
}

pub(crate) fn issue(asset: &IssueAsset) -> Operation {
    Operation::IssueAsset(asset.clone())
}
