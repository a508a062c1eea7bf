//! The one envelope of a transaction: an `OP_RETURN <"MTA\x01" || payload>` output, bytes <-> values.
//!
//! Encoding is Bitcoin's (little endian, CompactSize counts), strict and canonical: tables sorted and
//! unique, no trailing bytes, no second envelope. See `docs/formats/envelope.md`.

mod carrier;
mod codec;
mod documents;
mod error;
mod holders;
mod operation;
mod reader;
mod targets;
#[cfg(test)]
mod tests;
mod writer;

use moneta_chain::Height;
use serde::{Deserialize, Serialize};
#[cfg(test)]
pub(crate) use tests::vectors;

pub(crate) use carrier::first_carrier;
pub use carrier::{FoundEnvelope, find_envelope};
pub use documents::{DescribePiece, DocumentKind, SetDocument};
pub use error::EnvelopeError;
pub use holders::Holder;
pub(crate) use reader::Reader;
pub use targets::Targets;
pub(crate) use writer::Writer;

use crate::{AssetId, Attachment, Rights, ScriptDigest};

/// First bytes of the one push: three letters and the version.
pub const ENVELOPE_TAG: [u8; 4] = *b"MTA\x01";
/// Highest length of the payload that follows the tag, in bytes.
pub const MAX_PAYLOAD: usize = 8_192;

/// What a transaction says about assets, rights and identities.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Envelope {
    /// Which output gets what: sorted by output, at most one attachment each.
    pub allocations: Vec<Allocation>,
    /// What it does, in order. The index of an operation is part of the ids it creates.
    pub operations: Vec<Operation>,
}

/// An output and what it gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// Index of the output in the transaction.
    pub vout: u32,
    /// What it holds from now on.
    pub attachment: Attachment,
}

/// One operation. The discriminants are the opcodes on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// 0x01, MIP-3: creates an asset and its first units.
    IssueAsset(IssueAsset),
    /// 0x02, MIP-3: creates more units under the MINT right.
    Mint {
        /// Which asset.
        asset: AssetId,
        /// How many base units, more than zero.
        amount: u64,
    },
    /// 0x03, MIP-3: destroys units held by the inputs.
    Burn {
        /// Which asset.
        asset: AssetId,
        /// How many base units, more than zero.
        amount: u64,
    },
    /// 0x04, MIP-3: gives up rights held by the inputs, for ever.
    Renounce {
        /// Over which asset.
        asset: AssetId,
        /// Which rights, never none.
        rights: Rights,
    },
    /// 0x05, MIP-4: says which piece of which collection an asset of the same envelope is.
    DescribePiece(DescribePiece),
    /// 0x10, MIP-1: freezes coins, scripts or the whole asset under the FREEZE right.
    Freeze(Freeze),
    /// 0x11, MIP-1: lifts freezes under the FREEZE right, from the next block on.
    Unfreeze {
        /// Which asset.
        asset: AssetId,
        /// Of what.
        targets: Targets,
    },
    /// 0x12, MIP-1: contests EMERGENCY freezes, by whoever can spend from the frozen script.
    Contest {
        /// Which asset.
        asset: AssetId,
        /// Which freezes; not of the whole asset.
        targets: Targets,
        /// SHA-256 of what the holder has to say; all zero if nothing.
        statement: [u8; 32],
    },
    /// 0x13, MIP-1: says where frozen coins may still go, under FREEZE and COMPLIANCE, from the next block on.
    SetRedemption {
        /// Which asset.
        asset: AssetId,
        /// Which script; all zero: nowhere.
        script: ScriptDigest,
    },
    /// 0x14, MIP-1: takes the units of a coin under an ORDER, under FREEZE and COMPLIANCE.
    ForceTransfer {
        /// Units of which asset.
        asset: AssetId,
        /// Which coin; it is not spent.
        coin: bitcoin::OutPoint,
        /// How many units it holds.
        amount: u64,
    },
    /// 0x20, MIP-2: creates an identity.
    RegisterIdentity(RegisterIdentity),
    /// 0x21, MIP-2: replaces what an identity publishes, and who may recover it.
    UpdateIdentity(UpdateIdentity),
    /// 0x22, MIP-2: pays for a handle for more years; anybody can.
    RenewIdentity {
        /// Which handle.
        handle: String,
        /// For how many years, 1 to 10.
        years: u8,
    },
    /// 0x23, MIP-2: begins to give an identity to a script, by its recovery script.
    RecoverIdentity {
        /// Which identity.
        identity: crate::IdentityId,
        /// Script that gets it.
        to: ScriptDigest,
    },
    /// 0x24, MIP-2: takes an identity whose recovery is ready; the coin that held it holds nothing from now on.
    ClaimIdentity {
        /// Which identity.
        identity: crate::IdentityId,
    },
    /// 0x25, MIP-2: ends an identity for ever.
    RevokeIdentity {
        /// Which identity.
        identity: crate::IdentityId,
    },
    /// 0x30, MIP-6: notarises a digest.
    Anchor {
        /// SHA-256 of the document, or a merkle root of many.
        digest: [u8; 32],
    },
    /// 0x31, MIP-6: names the current document of a kind, under the META right.
    SetDocument(SetDocument),
    /// 0x40, MIP-5: lets scripts receive an asset for a time, under the ENROL right, from the next block on.
    Enrol {
        /// Which asset.
        asset: AssetId,
        /// Which scripts: sorted by digest, unique, 1 to 64.
        holders: Vec<Holder>,
    },
    /// 0x41, MIP-5: ends enrolments under the ENROL right, from the next block on.
    Withdraw {
        /// Which asset.
        asset: AssetId,
        /// Which scripts: sorted, unique, 1 to 64.
        scripts: Vec<ScriptDigest>,
    },
}

/// Creation of an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueAsset {
    /// 1 to 12 characters of `A-Z0-9`, the first a letter.
    pub symbol: String,
    /// Identity whose handle the symbol lives under; its coin must be among the inputs. `None`: a bare id.
    pub issuer: Option<crate::IdentityId>,
    /// Decimal places of the displayed unit, at most 12.
    pub decimals: u8,
    /// Base units created now.
    pub initial: u64,
    /// Highest supply there may ever be, in base units.
    pub cap: u64,
    /// Rights that exist over the asset from the start; no right can be added later.
    pub powers: Rights,
    /// Who may hold it.
    pub holders: Holders,
    /// A name for people, UTF-8, at most 64 bytes, no control characters.
    pub name: String,
    /// SHA-256 of the terms; all zero if there are none.
    pub contract_hash: [u8; 32],
}

/// Who may hold an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holders {
    /// 0: anybody.
    Open,
    /// 1: enrolled scripts only (MIP-5).
    Enrolled,
}

/// A freeze of coins, of scripts, or of a whole asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    /// Which asset.
    pub asset: AssetId,
    /// What.
    pub targets: Targets,
    /// Under which tier.
    pub tier: Tier,
    /// First height at which the coins move again.
    pub stop: Height,
    /// Why.
    pub reason: Reason,
    /// ISO 3166-1 alpha-2 code of the jurisdiction, upper case.
    pub jurisdiction: [u8; 2],
    /// Salted SHA-256 of the document behind it; all zero if there is none (EMERGENCY only).
    pub document: [u8; 32],
}

/// How much a freeze rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// 0: FREEZE alone, at most 10,080 blocks.
    Emergency,
    /// 1: FREEZE and COMPLIANCE with a document, at most 525,600 blocks.
    Order,
}

/// Why a coin is frozen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// 1
    CourtOrder,
    /// 2
    Sanctions,
    /// 3
    TheftReport,
    /// 4: the holder lost the key, or asks for it.
    HolderRequest,
    /// 5
    MisIssuance,
    /// 6
    Dispute,
    /// 7
    Redemption,
    /// 8
    SecurityIncident,
}

/// Creation of an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterIdentity {
    /// 3 to 32 characters of `a-z0-9-`, the first a letter, the last no hyphen, no two hyphens together.
    pub handle: String,
    /// What the owner publishes, UTF-8 JSON, at most 1,024 bytes: keys by purpose, services.
    pub document: String,
    /// SHA-256 of the script that may recover the identity; all zero if there is none.
    pub recovery: [u8; 32],
    /// Random bytes that nobody knows before the registration is shown: they hide the handle in its commitment.
    pub salt: [u8; 32],
}

/// What an identity publishes from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateIdentity {
    /// Which identity.
    pub identity: crate::IdentityId,
    /// What the owner publishes, UTF-8 JSON, at most 1,024 bytes: keys by purpose, services.
    pub document: String,
    /// SHA-256 of the script that may recover the identity; all zero if there is none.
    pub recovery: [u8; 32],
}
