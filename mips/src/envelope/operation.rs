//! Operations: opcode and body <-> value. Byte tables: `docs/formats/envelope.md`.
use moneta_chain::Height;

use super::reader::Reader;
use super::writer::Writer;
use super::{
    DescribePiece, DocumentKind, EnvelopeError, Freeze, Holders, IssueAsset, Operation, Reason,
    RegisterIdentity, SetDocument, Targets, Tier, UpdateIdentity, holders,
};
use crate::{AssetId, IdentityId, ScriptDigest};

const ISSUE_ASSET: u8 = 0x01;
const MINT: u8 = 0x02;
const BURN: u8 = 0x03;
const RENOUNCE: u8 = 0x04;
const DESCRIBE_PIECE: u8 = 0x05;
const FREEZE: u8 = 0x10;
const UNFREEZE: u8 = 0x11;
const CONTEST: u8 = 0x12;
const SET_REDEMPTION: u8 = 0x13;
const FORCE_TRANSFER: u8 = 0x14;
const REGISTER_IDENTITY: u8 = 0x20;
const UPDATE_IDENTITY: u8 = 0x21;
const RENEW_IDENTITY: u8 = 0x22;
const RECOVER_IDENTITY: u8 = 0x23;
const CLAIM_IDENTITY: u8 = 0x24;
const REVOKE_IDENTITY: u8 = 0x25;
const ANCHOR: u8 = 0x30;
const SET_DOCUMENT: u8 = 0x31;
const ENROL: u8 = 0x40;
const WITHDRAW: u8 = 0x41;

impl Operation {
    /// Returns the asset of the table that the operation refers to; issuing refers to none.
    pub(crate) const fn asset(&self) -> Option<AssetId> {
        match self {
            Self::Mint { asset, .. }
            | Self::Burn { asset, .. }
            | Self::Renounce { asset, .. }
            | Self::Unfreeze { asset, .. }
            | Self::Contest { asset, .. }
            | Self::SetRedemption { asset, .. }
            | Self::ForceTransfer { asset, .. }
            | Self::Enrol { asset, .. }
            | Self::Withdraw { asset, .. } => Some(*asset),
            Self::Freeze(freeze) => Some(freeze.asset),
            Self::SetDocument(document) => Some(document.asset),
            Self::DescribePiece(_)
            | Self::IssueAsset(_)
            | Self::RegisterIdentity(_)
            | Self::UpdateIdentity(_)
            | Self::RenewIdentity { .. }
            | Self::RecoverIdentity { .. }
            | Self::ClaimIdentity { .. }
            | Self::RevokeIdentity { .. }
            | Self::Anchor { .. } => None,
        }
    }

    const fn opcode(&self) -> u8 {
        match self {
            Self::IssueAsset(_) => ISSUE_ASSET,
            Self::Mint { .. } => MINT,
            Self::Burn { .. } => BURN,
            Self::Renounce { .. } => RENOUNCE,
            Self::DescribePiece(_) => DESCRIBE_PIECE,
            Self::Freeze(_) => FREEZE,
            Self::Unfreeze { .. } => UNFREEZE,
            Self::Contest { .. } => CONTEST,
            Self::SetRedemption { .. } => SET_REDEMPTION,
            Self::ForceTransfer { .. } => FORCE_TRANSFER,
            Self::RegisterIdentity(_) => REGISTER_IDENTITY,
            Self::UpdateIdentity(_) => UPDATE_IDENTITY,
            Self::RenewIdentity { .. } => RENEW_IDENTITY,
            Self::RecoverIdentity { .. } => RECOVER_IDENTITY,
            Self::ClaimIdentity { .. } => CLAIM_IDENTITY,
            Self::RevokeIdentity { .. } => REVOKE_IDENTITY,
            Self::Anchor { .. } => ANCHOR,
            Self::SetDocument(_) => SET_DOCUMENT,
            Self::Enrol { .. } => ENROL,
            Self::Withdraw { .. } => WITHDRAW,
        }
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.u8(self.opcode());
        match self {
            Self::IssueAsset(issue) => issue.write(writer),
            Self::Mint { asset, amount } | Self::Burn { asset, amount } => {
                writer.asset(asset);
                writer.u64(*amount);
            }
            Self::Renounce { asset, rights } => {
                writer.asset(asset);
                writer.u8(rights.bits());
            }
            Self::DescribePiece(piece) => {
                writer.u8(piece.issue);
                piece.write(writer);
            }
            Self::Freeze(freeze) => freeze.write(writer),
            Self::Unfreeze { asset, targets } => {
                writer.asset(asset);
                targets.write(writer);
            }
            Self::Contest {
                asset,
                targets,
                statement,
            } => {
                writer.asset(asset);
                targets.write(writer);
                writer.bytes(statement);
            }
            Self::SetRedemption { asset, script } => {
                writer.asset(asset);
                writer.bytes(&script.0);
            }
            Self::ForceTransfer {
                asset,
                coin,
                amount,
            } => {
                writer.asset(asset);
                writer.outpoint(coin);
                writer.u64(*amount);
            }
            Self::RegisterIdentity(identity) => identity.write(writer),
            Self::UpdateIdentity(update) => {
                writer.bytes(&update.identity.0);
                writer.text(&update.document);
                writer.bytes(&update.recovery);
            }
            Self::RenewIdentity { handle, years } => {
                writer.text(handle);
                writer.u8(*years);
            }
            Self::RecoverIdentity { identity, to } => {
                writer.bytes(&identity.0);
                writer.bytes(&to.0);
            }
            Self::ClaimIdentity { identity } | Self::RevokeIdentity { identity } => {
                writer.bytes(&identity.0);
            }
            Self::Anchor { digest } => writer.bytes(digest),
            Self::SetDocument(document) => document.write(writer),
            Self::Enrol { asset, holders } => {
                writer.asset(asset);
                holders::write_holders(writer, holders);
            }
            Self::Withdraw { asset, scripts } => {
                writer.asset(asset);
                holders::write_scripts(writer, scripts);
            }
        }
    }
}

/// Reads one operation.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Operation, EnvelopeError> {
    Ok(match reader.u8()? {
        ISSUE_ASSET => Operation::IssueAsset(IssueAsset::read(reader)?),
        MINT => Operation::Mint {
            asset: reader.asset()?,
            amount: reader.u64()?,
        },
        BURN => Operation::Burn {
            asset: reader.asset()?,
            amount: reader.u64()?,
        },
        RENOUNCE => Operation::Renounce {
            asset: reader.asset()?,
            rights: reader.rights()?,
        },
        DESCRIBE_PIECE => Operation::DescribePiece(DescribePiece::read(reader)?),
        FREEZE => Operation::Freeze(Freeze::read(reader)?),
        UNFREEZE => Operation::Unfreeze {
            asset: reader.asset()?,
            targets: Targets::read(reader)?,
        },
        CONTEST => Operation::Contest {
            asset: reader.asset()?,
            targets: Targets::read(reader)?,
            statement: reader.array()?,
        },
        SET_REDEMPTION => Operation::SetRedemption {
            asset: reader.asset()?,
            script: ScriptDigest(reader.array()?),
        },
        FORCE_TRANSFER => Operation::ForceTransfer {
            asset: reader.asset()?,
            coin: reader.outpoint()?,
            amount: reader.u64()?,
        },
        REGISTER_IDENTITY => Operation::RegisterIdentity(RegisterIdentity::read(reader)?),
        UPDATE_IDENTITY => Operation::UpdateIdentity(UpdateIdentity {
            identity: IdentityId(reader.array()?),
            document: reader.text()?,
            recovery: reader.array()?,
        }),
        RENEW_IDENTITY => Operation::RenewIdentity {
            handle: reader.text()?,
            years: reader.u8()?,
        },
        RECOVER_IDENTITY => Operation::RecoverIdentity {
            identity: IdentityId(reader.array()?),
            to: ScriptDigest(reader.array()?),
        },
        CLAIM_IDENTITY => Operation::ClaimIdentity {
            identity: IdentityId(reader.array()?),
        },
        REVOKE_IDENTITY => Operation::RevokeIdentity {
            identity: IdentityId(reader.array()?),
        },
        ANCHOR => Operation::Anchor {
            digest: reader.array()?,
        },
        SET_DOCUMENT => Operation::SetDocument(SetDocument::read(reader)?),
        ENROL => Operation::Enrol {
            asset: reader.asset()?,
            holders: holders::read_holders(reader)?,
        },
        WITHDRAW => Operation::Withdraw {
            asset: reader.asset()?,
            scripts: holders::read_scripts(reader)?,
        },
        opcode => return Err(EnvelopeError::UnknownOperation { opcode }),
    })
}

impl IssueAsset {
    /// Writes the body of the operation (without its opcode); the asset's id commits to these bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        self.write(&mut writer);
        writer.finish()
    }

    fn write(&self, writer: &mut Writer) {
        writer.text(&self.symbol);
        writer.option(self.issuer.as_ref().map(|issuer| &issuer.0));
        writer.u8(self.decimals);
        writer.u64(self.initial);
        writer.u64(self.cap);
        writer.u8(self.powers.bits());
        writer.u8(self.holders.number());
        writer.text(&self.name);
        writer.bytes(&self.contract_hash);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, EnvelopeError> {
        Ok(Self {
            symbol: reader.text()?,
            issuer: reader.option("issuer")?.map(IdentityId),
            decimals: reader.u8()?,
            initial: reader.u64()?,
            cap: reader.u64()?,
            powers: reader.rights()?,
            holders: Holders::read(reader)?,
            name: reader.text()?,
            contract_hash: reader.array()?,
        })
    }
}

impl RegisterIdentity {
    /// Writes the body of the operation (without its opcode); the identity's id commits to these bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        self.write(&mut writer);
        writer.finish()
    }

    fn write(&self, writer: &mut Writer) {
        writer.text(&self.handle);
        writer.text(&self.document);
        writer.bytes(&self.recovery);
        writer.bytes(&self.salt);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, EnvelopeError> {
        Ok(Self {
            handle: reader.text()?,
            document: reader.text()?,
            recovery: reader.array()?,
            salt: reader.array()?,
        })
    }
}

impl Freeze {
    fn write(&self, writer: &mut Writer) {
        writer.asset(&self.asset);
        self.targets.write(writer);
        writer.u8(self.tier.number());
        writer.u32(self.stop.to_u32());
        writer.u8(self.reason.number());
        writer.bytes(&self.jurisdiction);
        writer.bytes(&self.document);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, EnvelopeError> {
        Ok(Self {
            asset: reader.asset()?,
            targets: Targets::read(reader)?,
            tier: Tier::read(reader)?,
            stop: Height::new(reader.u32()?),
            reason: Reason::read(reader)?,
            jurisdiction: reader.array()?,
            document: reader.array()?,
        })
    }
}

/// Gives a type of few values its numbers on the wire, both ways from one list.
macro_rules! numbered {
    ($name:ident, $field:literal, $($value:ident = $number:literal),+) => {
        impl $name {
            /// Returns the number that stands for it on the wire.
            pub const fn number(self) -> u8 {
                match self {
                    $(Self::$value => $number,)+
                }
            }

            pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, EnvelopeError> {
                match reader.u8()? {
                    $($number => Ok(Self::$value),)+
                    value => Err(unknown($field, value)),
                }
            }
        }
    };
}

numbered!(Holders, "holders", Open = 0, Enrolled = 1);
numbered!(
    DocumentKind,
    "kind of document",
    Terms = 1,
    BarList = 2,
    Attestation = 3,
    Appraisal = 4,
    Provenance = 5,
    Condition = 6,
    Insurance = 7
);
numbered!(Tier, "tier", Emergency = 0, Order = 1);
numbered!(
    Reason,
    "reason",
    CourtOrder = 1,
    Sanctions = 2,
    TheftReport = 3,
    HolderRequest = 4,
    MisIssuance = 5,
    Dispute = 6,
    Redemption = 7,
    SecurityIncident = 8
);

const fn unknown(field: &'static str, value: u8) -> EnvelopeError {
    EnvelopeError::UnknownValue { field, value }
}
