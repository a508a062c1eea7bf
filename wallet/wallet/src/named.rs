//! Which assets and identities a transaction names: those a signer wants facts about.
use std::collections::BTreeSet;

use moneta_mips::{AssetId, Attachment, Envelope, IdentityId, Operation};

/// Assets and identities, each once.
#[derive(Debug, Default)]
pub(crate) struct Named {
    pub(crate) assets: BTreeSet<AssetId>,
    pub(crate) identities: BTreeSet<IdentityId>,
}

impl Named {
    /// Collects what `inputs` hold and `envelope` says.
    pub(crate) fn of<'a>(
        inputs: impl Iterator<Item = &'a Attachment>,
        envelope: Option<&Envelope>,
    ) -> Self {
        let mut named = Self::default();
        inputs.for_each(|attachment| named.add_attachment(attachment));
        if let Some(envelope) = envelope {
            for allocation in &envelope.allocations {
                named.add_attachment(&allocation.attachment);
            }
            for operation in &envelope.operations {
                named.add_operation(operation);
            }
        }
        named
    }

    fn add_attachment(&mut self, attachment: &Attachment) {
        match attachment {
            Attachment::Asset { id, .. } | Attachment::Authority { asset: id, .. } => {
                self.assets.insert(*id);
            }
            Attachment::Identity { id } => {
                self.identities.insert(*id);
            }
            Attachment::Commitment { .. } => {}
        }
    }

    fn add_operation(&mut self, operation: &Operation) {
        match operation {
            Operation::IssueAsset(issue) => self.identities.extend(issue.issuer),
            Operation::Mint { asset, .. }
            | Operation::Burn { asset, .. }
            | Operation::Renounce { asset, .. }
            | Operation::Unfreeze { asset, .. }
            | Operation::Contest { asset, .. }
            | Operation::SetRedemption { asset, .. }
            | Operation::ForceTransfer { asset, .. }
            | Operation::Enrol { asset, .. }
            | Operation::Withdraw { asset, .. } => {
                self.assets.insert(*asset);
            }
            Operation::Freeze(freeze) => {
                self.assets.insert(freeze.asset);
            }
            Operation::SetDocument(document) => {
                self.assets.insert(document.asset);
            }
            Operation::UpdateIdentity(update) => {
                self.identities.insert(update.identity);
            }
            Operation::RecoverIdentity { identity, .. }
            | Operation::ClaimIdentity { identity }
            | Operation::RevokeIdentity { identity } => {
                self.identities.insert(*identity);
            }
            Operation::RenewIdentity { .. }
            | Operation::DescribePiece(_)
            | Operation::RegisterIdentity(_)
            | Operation::Anchor { .. } => {}
        }
    }
}
