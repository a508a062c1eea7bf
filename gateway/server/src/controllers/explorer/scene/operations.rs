//! What an envelope does, in the words of pages.
use bitcoin::hex::DisplayHex;
use bitcoin::{OutPoint, Transaction};
use moneta_index::IndexError;
use moneta_mips::explain::{self, explain_operation};
use moneta_mips::{AssetId, IdentityId};
use moneta_pages::parts::{Deed, IdentityRef, Reason, Tier};
use moneta_pages::{Issue, Operation};

use super::names::rights_of;
use super::{Scene, coin_ref, digest};
use crate::views::Known;

impl Scene {
    /// Writes the `index`-th operation of a transaction whose first input spends `first_input`. What pages
    /// have no card for is told in the sentence that a signer reads.
    pub(crate) fn operation(
        &self,
        transaction: &Transaction,
        first_input: &OutPoint,
        index: u32,
        operation: &moneta_mips::Operation,
    ) -> Result<Operation, IndexError> {
        use moneta_mips::Operation as Op;
        Ok(match operation {
            Op::IssueAsset(issue) => {
                let named = self.name_asset(&AssetId::derive(first_input, index, issue))?;
                Operation::Issue(Box::new(Issue {
                    name: issue.name.clone(),
                    initial: named.amount(issue.initial),
                    cap: named.amount(issue.cap),
                    powers: rights_of(issue.powers),
                    document: digest(&issue.contract_hash),
                    asset: named.asset,
                }))
            }
            Op::Mint { asset, amount } => Operation::Mint(self.name_asset(asset)?.amount(*amount)),
            Op::Burn { asset, amount } => Operation::Burn(self.name_asset(asset)?.amount(*amount)),
            Op::Renounce { asset, rights } => Operation::Renounce {
                asset: self.name_asset(asset)?.asset,
                rights: rights_of(*rights),
            },
            Op::Freeze(freeze) if !freeze.targets.coins().is_empty() => Operation::Freeze {
                asset: self.name_asset(&freeze.asset)?.asset,
                coins: freeze.targets.coins().iter().map(coin_ref).collect(),
                tier: tier_of(freeze.tier),
                reason: reason_of(freeze.reason),
                jurisdiction: country(freeze.jurisdiction),
                stop: freeze.stop.to_u32(),
                document: digest(&freeze.document),
            },
            Op::Unfreeze { asset, targets } if !targets.coins().is_empty() => Operation::Unfreeze {
                asset: self.name_asset(asset)?.asset,
                coins: targets.coins().iter().map(coin_ref).collect(),
            },
            Op::RegisterIdentity(registration) => Operation::Register(IdentityRef {
                id: IdentityId::derive(first_input, index, registration).to_string(),
                handle: registration.handle.clone(),
            }),
            Op::Anchor { digest } => Operation::Anchor {
                digest: digest.to_lower_hex_string(),
            },
            Op::Freeze(_)
            | Op::Unfreeze { .. }
            | Op::Contest { .. }
            | Op::SetRedemption { .. }
            | Op::ForceTransfer { .. }
            | Op::UpdateIdentity(_)
            | Op::RenewIdentity { .. }
            | Op::RecoverIdentity { .. }
            | Op::ClaimIdentity { .. }
            | Op::RevokeIdentity { .. }
            | Op::DescribePiece(_)
            | Op::SetDocument(_)
            | Op::Enrol { .. }
            | Op::Withdraw { .. } => {
                let say = |lang| {
                    let known = Known::new(&self.view, self.params().network);
                    explain_operation(transaction, index, &known, lang)
                };
                Operation::Said {
                    deed: deed_of(operation),
                    english: say(explain::Lang::En),
                    chinese: say(explain::Lang::Zh),
                }
            }
        })
    }
}

/// Returns an operation in one word.
pub(super) const fn deed_of(operation: &moneta_mips::Operation) -> Deed {
    use moneta_mips::Operation as Op;
    match operation {
        Op::IssueAsset(_) => Deed::Issue,
        Op::Mint { .. } => Deed::Mint,
        Op::Burn { .. } => Deed::Burn,
        Op::Renounce { .. } => Deed::Renounce,
        Op::Freeze(_) => Deed::Freeze,
        Op::Unfreeze { .. } => Deed::Unfreeze,
        Op::Contest { .. } => Deed::Contest,
        Op::SetRedemption { .. } => Deed::Redemption,
        Op::ForceTransfer { .. } => Deed::Seizure,
        Op::RegisterIdentity(_) => Deed::Register,
        Op::UpdateIdentity(_) => Deed::Update,
        Op::RenewIdentity { .. } => Deed::Renewal,
        Op::RecoverIdentity { .. } | Op::ClaimIdentity { .. } => Deed::Recovery,
        Op::RevokeIdentity { .. } => Deed::Revocation,
        Op::Anchor { .. } => Deed::Anchor,
        Op::DescribePiece(_) => Deed::Piece,
        Op::SetDocument(_) => Deed::Document,
        Op::Enrol { .. } => Deed::Enrol,
        Op::Withdraw { .. } => Deed::Withdraw,
    }
}

pub(super) const fn tier_of(tier: moneta_mips::Tier) -> Tier {
    match tier {
        moneta_mips::Tier::Emergency => Tier::Emergency,
        moneta_mips::Tier::Order => Tier::Order,
    }
}

pub(super) const fn reason_of(reason: moneta_mips::Reason) -> Reason {
    use moneta_mips::Reason as R;
    match reason {
        R::CourtOrder => Reason::CourtOrder,
        R::Sanctions => Reason::Sanctions,
        R::TheftReport => Reason::TheftReport,
        R::HolderRequest => Reason::HolderRequest,
        R::MisIssuance => Reason::MisIssuance,
        R::Dispute => Reason::Dispute,
        R::Redemption => Reason::Redemption,
        R::SecurityIncident => Reason::SecurityIncident,
    }
}

/// Writes a country code; the rules admit capital letters only.
pub(super) fn country(code: [u8; 2]) -> String {
    code.map(char::from).iter().collect()
}
