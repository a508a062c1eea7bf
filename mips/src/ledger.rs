//! What goes into a transaction and what comes out of it: units, rights and identities, all in one tally.
use std::collections::BTreeMap;

use bitcoin::{OutPoint, Transaction};

use crate::{AssetId, Attachment, Coin, Envelope, IdentityId, Operation, Rights};

/// Something that is conserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Thing {
    /// Units of an asset.
    Units(AssetId),
    /// One right over an asset, as its byte.
    Right(AssetId, u8),
    /// An identity.
    Identity(IdentityId),
}

/// How much of a thing there is on each side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sides {
    /// In the inputs, or taken by force.
    pub(crate) held: u128,
    /// Issued, minted or registered.
    pub(crate) created: u128,
    /// In the outputs.
    pub(crate) allocated: u128,
    /// Burned or renounced.
    pub(crate) given_up: u128,
}

impl Sides {
    /// Tells whether as much comes out as goes in.
    pub(crate) const fn balance(&self) -> bool {
        self.goes_in() == self.comes_out()
    }

    /// Sums what the inputs hold and what is created. A transaction has far fewer than 2^64 entries of
    /// at most 2^64 each, so no sum here reaches 2^128: saturation is never seen.
    pub(crate) const fn goes_in(&self) -> u128 {
        self.held.saturating_add(self.created)
    }

    /// Sums what the outputs get and what is given up.
    pub(crate) const fn comes_out(&self) -> u128 {
        self.allocated.saturating_add(self.given_up)
    }
}

/// Every thing of a transaction, with its sides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Ledger {
    things: BTreeMap<Thing, Sides>,
}

impl Ledger {
    /// Counts the things of `tx`.
    pub(crate) fn of(tx: &Transaction, spent: &[Coin], envelope: &Envelope) -> Self {
        let mut ledger = Self::default();
        for attachment in spent.iter().filter_map(|coin| coin.attachment.as_ref()) {
            ledger.add_attachment(attachment, |sides| &mut sides.held);
        }
        for allocation in &envelope.allocations {
            ledger.add_attachment(&allocation.attachment, |sides| &mut sides.allocated);
        }
        let first = tx
            .input
            .first()
            .map_or(OutPoint::null(), |input| input.previous_output);
        for (index, operation) in (0_u32..).zip(&envelope.operations) {
            ledger.add_operation(operation, index, &first);
        }
        ledger
    }

    /// Returns the sides of `thing`; all zero if the transaction has nothing of it.
    pub(crate) fn sides(&self, thing: &Thing) -> Sides {
        self.things.get(thing).copied().unwrap_or_default()
    }

    /// Returns the things whose sides differ.
    pub(crate) fn unbalanced(&self) -> impl Iterator<Item = (&Thing, &Sides)> {
        self.things.iter().filter(|(_, sides)| !sides.balance())
    }

    fn add_operation(&mut self, operation: &Operation, index: u32, first: &OutPoint) {
        match operation {
            Operation::IssueAsset(issue) => {
                let id = AssetId::derive(first, index, issue);
                self.add(Thing::Units(id), issue.initial, |sides| &mut sides.created);
                self.add_rights(id, issue.powers, |sides| &mut sides.created);
            }
            Operation::Mint { asset, amount } => {
                self.add(Thing::Units(*asset), *amount, |sides| &mut sides.created);
            }
            Operation::ForceTransfer { asset, amount, .. } => {
                self.add(Thing::Units(*asset), *amount, |sides| &mut sides.held);
            }
            Operation::Burn { asset, amount } => {
                self.add(Thing::Units(*asset), *amount, |sides| &mut sides.given_up);
            }
            Operation::Renounce { asset, rights } => {
                self.add_rights(*asset, *rights, |sides| &mut sides.given_up);
            }
            Operation::RegisterIdentity(register) => {
                let id = IdentityId::derive(first, index, register);
                self.add(Thing::Identity(id), 1, |sides| &mut sides.created);
            }
            Operation::ClaimIdentity { identity } => {
                self.add(Thing::Identity(*identity), 1, |sides| &mut sides.created);
            }
            Operation::DescribePiece(_)
            | Operation::UpdateIdentity(_)
            | Operation::RenewIdentity { .. }
            | Operation::RecoverIdentity { .. }
            | Operation::RevokeIdentity { .. }
            | Operation::Freeze(_)
            | Operation::Unfreeze { .. }
            | Operation::Contest { .. }
            | Operation::SetRedemption { .. }
            | Operation::Anchor { .. }
            | Operation::SetDocument(_)
            | Operation::Enrol { .. }
            | Operation::Withdraw { .. } => {}
        }
    }

    fn add_attachment(&mut self, attachment: &Attachment, side: fn(&mut Sides) -> &mut u128) {
        match attachment {
            Attachment::Asset { id, amount } => self.add(Thing::Units(*id), *amount, side),
            Attachment::Authority { asset, rights } => self.add_rights(*asset, *rights, side),
            Attachment::Identity { id } => self.add(Thing::Identity(*id), 1, side),
            // It lapses when it is spent.
            Attachment::Commitment { .. } => {}
        }
    }

    fn add_rights(&mut self, asset: AssetId, rights: Rights, side: fn(&mut Sides) -> &mut u128) {
        for right in rights.each() {
            self.add(Thing::Right(asset, right.bits()), 1, side);
        }
    }

    fn add(&mut self, thing: Thing, amount: u64, side: fn(&mut Sides) -> &mut u128) {
        let sum = side(self.things.entry(thing).or_default());
        *sum = sum.saturating_add(u128::from(amount));
    }
}
