//! The outputs of a plan: recipients, asset change, rights and identity again, change, envelope last.
//! In this order no allocation moves when change comes or goes.
use bitcoin::{Amount, OutPoint, ScriptBuf, TxOut};
use moneta_keys::{Keychain, MAX_INDEX};
use moneta_mips::{
    Allocation, AssetId, Attachment, COMMITMENT_PRICE, Envelope, IdentityId, MAX_PAYLOAD,
    Operation, registry_price,
};

use super::draft::{Draft, Grant, Granted};
use super::{PlanError, Terms};
use crate::GRAINS_ON_ATTACHED;

/// Outputs in order, and which of them are ours.
pub(super) struct Outputs<'t> {
    terms: &'t Terms<'t>,
    pub(super) list: Vec<TxOut>,
    /// By output: which key of ours it pays, if it is change.
    pub(super) ours: Vec<Option<(Keychain, u32)>>,
    pub(super) envelope: Option<Envelope>,
    pub(super) registry_price: Amount,
    change_used: u32,
}

/// An attachment of an input that comes back to the wallet.
pub(super) struct Kept {
    /// What.
    pub(super) attachment: Attachment,
    /// To which key it was paid before, if it has to go there again; else it goes to fresh change.
    pub(super) back: Option<(Keychain, u32)>,
}

impl Kept {
    /// What may go to any address of the wallet.
    pub(super) const fn on_change(attachment: Attachment) -> Self {
        Self {
            attachment,
            back: None,
        }
    }
}

impl<'t> Outputs<'t> {
    /// Writes everything but grain change and envelope. `kept` are the attachments of inputs that come
    /// back to the wallet; `first` is what the first input spends, which names new things.
    pub(super) fn write(
        draft: &Draft,
        first: OutPoint,
        kept: &[Kept],
        terms: &'t Terms<'t>,
    ) -> Result<Self, PlanError> {
        let mut outputs = Self {
            terms,
            list: Vec::new(),
            ours: Vec::new(),
            envelope: None,
            registry_price: price_of(draft, terms)?,
            change_used: 0,
        };
        for payment in &draft.payments {
            outputs.push(payment.clone(), None);
        }
        let mut allocations = Vec::new();
        for grant in &draft.grants {
            let attachment = resolve(&grant.what, &draft.operations, &first);
            let to = grant.to.as_ref();
            allocations.push(outputs.attach(to, attachment, grant.value)?);
        }
        for kept in kept {
            allocations.push(outputs.keep(kept)?);
        }
        if !(allocations.is_empty() && draft.operations.is_empty()) {
            outputs.envelope = Some(Envelope {
                allocations,
                operations: draft.operations.clone(),
            });
        }
        Ok(outputs)
    }

    /// Returns the output that carries the envelope; its value is burned.
    pub(super) fn carrier(&self) -> Result<Option<TxOut>, PlanError> {
        let Some(envelope) = &self.envelope else {
            return Ok(None);
        };
        let bytes = envelope.encode().len();
        if bytes > MAX_PAYLOAD {
            return Err(PlanError::EnvelopeTooLong {
                bytes,
                most: MAX_PAYLOAD,
            });
        }
        Ok(Some(TxOut {
            value: self.registry_price,
            script_pubkey: envelope.to_script(),
        }))
    }

    /// Returns the script and index of the next unused change address.
    pub(super) fn own_script(&self) -> Result<(ScriptBuf, u32), PlanError> {
        let index = self.terms.change_index.checked_add(self.change_used);
        let index = index
            .filter(|&index| index <= MAX_INDEX)
            .ok_or(PlanError::Overflow)?;
        Ok((self.terms.account.script(Keychain::Internal, index), index))
    }

    /// Puts `output` last; `ours` is the key it pays, if it is change.
    pub(super) fn push(&mut self, output: TxOut, ours: Option<(Keychain, u32)>) {
        self.list.push(output);
        self.ours.push(ours);
    }

    /// Puts `output` last; it pays the change address `index`, which counts as used from now on.
    pub(super) fn push_change(&mut self, output: TxOut, index: u32) {
        self.push(output, Some((Keychain::Internal, index)));
        self.change_used = self.change_used.saturating_add(1);
    }

    /// Returns the terms that the outputs are written under.
    pub(super) const fn terms(&self) -> &'t Terms<'t> {
        self.terms
    }

    /// Returns how many change addresses the outputs pay.
    pub(super) const fn change_used(&self) -> u32 {
        self.change_used
    }

    fn attach(
        &mut self,
        to: Option<&ScriptBuf>,
        attachment: Attachment,
        value: Amount,
    ) -> Result<Allocation, PlanError> {
        let vout = self.next_vout()?;
        match to {
            Some(script) => self.push(attached(script.clone(), value), None),
            None => {
                let (script, index) = self.own_script()?;
                self.push_change(attached(script, value), index);
            }
        }
        Ok(Allocation { vout, attachment })
    }

    fn keep(&mut self, kept: &Kept) -> Result<Allocation, PlanError> {
        let attachment = kept.attachment.clone();
        let Some((keychain, index)) = kept.back else {
            return self.attach(None, attachment, GRAINS_ON_ATTACHED);
        };
        let vout = self.next_vout()?;
        let script = self.terms.account.script(keychain, index);
        self.push(
            attached(script, GRAINS_ON_ATTACHED),
            Some((keychain, index)),
        );
        Ok(Allocation { vout, attachment })
    }

    fn next_vout(&self) -> Result<u32, PlanError> {
        u32::try_from(self.list.len()).map_err(|_| PlanError::Overflow)
    }
}

const fn attached(script_pubkey: ScriptBuf, value: Amount) -> TxOut {
    TxOut {
        value,
        script_pubkey,
    }
}

/// Returns what the registry asks for all operations and commitments together.
pub(super) fn price_of(draft: &Draft, terms: &Terms<'_>) -> Result<Amount, PlanError> {
    let operations = draft.operations.iter();
    let operations = operations.map(|operation| registry_price(operation, terms.next_height));
    let is_commitment =
        |grant: &&Grant| matches!(grant.what, Granted::Known(Attachment::Commitment { .. }));
    let commitments = draft.grants.iter().filter(is_commitment);
    let mut prices = operations.chain(commitments.map(|_| COMMITMENT_PRICE));
    prices.try_fold(Amount::ZERO, |sum, price| {
        sum.checked_add(price).ok_or(PlanError::Overflow)
    })
}

/// Gives new things their ids. A draft that creates something does so with its operation 0.
fn resolve(what: &Granted, operations: &[Operation], first: &OutPoint) -> Attachment {
    match (what, operations.first()) {
        (Granted::Known(attachment), _) => attachment.clone(),
        (Granted::NewUnits(amount), Some(Operation::IssueAsset(issue))) => Attachment::Asset {
            id: AssetId::derive(first, 0, issue),
            amount: *amount,
        },
        (Granted::NewRights(rights), Some(Operation::IssueAsset(issue))) => Attachment::Authority {
            asset: AssetId::derive(first, 0, issue),
            rights: *rights,
        },
        (Granted::NewIdentity, Some(Operation::RegisterIdentity(identity))) => {
            Attachment::Identity {
                id: IdentityId::derive(first, 0, identity),
            }
        }
        _ => unreachable!("a draft grants new things only beside the operation that makes them"),
    }
}
