//! Conservation (MIP-3), as far as a signer can judge it: nothing vanishes, nothing appears.
//!
//! The chain judges again, with its registry. Here it is about one question: does signing this lose
//! something that the sentences on the screen do not mention?
use std::collections::BTreeMap;

use bitcoin::OutPoint;
use moneta_mips::{AssetId, Attachment, Envelope, IdentityId, Operation, Rights};

use super::PsbtError;

/// Something that is conserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Units(AssetId),
    /// One right, as its bit.
    Right(AssetId, u8),
    Identity(IdentityId),
}

/// How much of each thing goes in or is created, and how much comes out or is destroyed.
#[derive(Default)]
struct Tally {
    goes_in: BTreeMap<Thing, u128>,
    comes_out: BTreeMap<Thing, u128>,
}

/// Checks that inputs and what is created equal outputs and what is destroyed.
pub(super) fn check<'a>(
    inputs: impl Iterator<Item = &'a Attachment>,
    envelope: Option<&Envelope>,
    first: &OutPoint,
) -> Result<(), PsbtError> {
    let mut tally = Tally::default();
    for attachment in inputs {
        add_attachment(&mut tally.goes_in, attachment);
    }
    if let Some(envelope) = envelope {
        for allocation in &envelope.allocations {
            add_attachment(&mut tally.comes_out, &allocation.attachment);
        }
        for (index, operation) in (0_u32..).zip(&envelope.operations) {
            tally.add_operation(operation, index, first);
        }
    }
    tally.compare()
}

impl Tally {
    fn add_operation(&mut self, operation: &Operation, index: u32, first: &OutPoint) {
        match operation {
            Operation::IssueAsset(issue) => {
                let id = AssetId::derive(first, index, issue);
                add(&mut self.goes_in, Thing::Units(id), issue.initial);
                add_rights(&mut self.goes_in, id, issue.powers);
            }
            Operation::Mint { asset, amount } | Operation::ForceTransfer { asset, amount, .. } => {
                add(&mut self.goes_in, Thing::Units(*asset), *amount);
            }
            Operation::Burn { asset, amount } => {
                add(&mut self.comes_out, Thing::Units(*asset), *amount);
            }
            Operation::Renounce { asset, rights } => {
                add_rights(&mut self.comes_out, *asset, *rights);
            }
            Operation::RegisterIdentity(identity) => {
                let id = IdentityId::derive(first, index, identity);
                add(&mut self.goes_in, Thing::Identity(id), 1);
            }
            Operation::ClaimIdentity { identity } => {
                add(&mut self.goes_in, Thing::Identity(*identity), 1);
            }
            Operation::DescribePiece(_)
            | Operation::Freeze(_)
            | Operation::Unfreeze { .. }
            | Operation::Contest { .. }
            | Operation::UpdateIdentity(_)
            | Operation::RenewIdentity { .. }
            | Operation::RecoverIdentity { .. }
            | Operation::RevokeIdentity { .. }
            | Operation::SetRedemption { .. }
            | Operation::Anchor { .. }
            | Operation::SetDocument(_)
            | Operation::Enrol { .. }
            | Operation::Withdraw { .. } => {}
        }
    }

    fn compare(&self) -> Result<(), PsbtError> {
        for &thing in self.goes_in.keys().chain(self.comes_out.keys()) {
            let count = |side: &BTreeMap<Thing, u128>| side.get(&thing).copied().unwrap_or(0);
            let (inputs, outputs) = (count(&self.goes_in), count(&self.comes_out));
            if inputs == outputs {
                continue;
            }
            return Err(match thing {
                Thing::Units(asset) => PsbtError::NotConserved {
                    asset,
                    inputs,
                    outputs,
                },
                Thing::Right(asset, _) => PsbtError::RightsNotConserved { asset },
                Thing::Identity(identity) => PsbtError::IdentityNotConserved { identity },
            });
        }
        Ok(())
    }
}

fn add_attachment(side: &mut BTreeMap<Thing, u128>, attachment: &Attachment) {
    match attachment {
        Attachment::Asset { id, amount } => add(side, Thing::Units(*id), *amount),
        Attachment::Authority { asset, rights } => add_rights(side, *asset, *rights),
        Attachment::Identity { id } => add(side, Thing::Identity(*id), 1),
        // It lapses when it is spent: its grains are all there is to lose.
        Attachment::Commitment { .. } => {}
    }
}

fn add_rights(side: &mut BTreeMap<Thing, u128>, asset: AssetId, rights: Rights) {
    for bit in (0..8).map(|position| 1 << position) {
        if rights.bits() & bit != 0 {
            add(side, Thing::Right(asset, bit), 1);
        }
    }
}

/// A PSBT has far fewer than 2^64 entries of 64 bits each, so the sum fits 128.
fn add(side: &mut BTreeMap<Thing, u128>, thing: Thing, amount: u64) {
    *side.entry(thing).or_default() += u128::from(amount);
}
