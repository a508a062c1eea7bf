//! A transaction in plain sentences.
use super::{Attachment, Input, Lang, Output, Party, Transaction};
use crate::format::short;

/// Most sentences about outputs; the rest is counted in one.
const MAX_OUTPUTS_TOLD: usize = 8;

impl Transaction {
    /// Says what the transaction does: first its operations, then who gets what.
    ///
    /// An output that goes to an address among the inputs is told as a return. Change to a fresh address
    /// can't be told from a payment by anyone but the sender, so it is told as what is seen: it goes there.
    pub fn explain(&self, t: &Lang) -> Vec<String> {
        let mut sentences: Vec<_> = self.operations.iter().map(|op| op.explain(t)).collect();
        let told: Vec<_> = self
            .outputs
            .iter()
            .filter_map(|output| self.explain_output(output, t))
            .collect();
        let more = told.len().saturating_sub(MAX_OUTPUTS_TOLD) + self.more_outputs;
        sentences.extend(told.into_iter().take(MAX_OUTPUTS_TOLD));
        if more > 0 {
            sentences.push(t.explain_more(more));
        }
        if let Some(burned) = self.envelope.as_ref().and_then(|e| e.burned.as_ref()) {
            sentences.push(t.explain_registry_price(&burned.phrase()));
        }
        if let Some(fee) = &self.figures.fee {
            sentences.push(t.explain_fee(&fee.phrase()));
        }
        sentences
    }

    fn explain_output(&self, output: &Output, t: &Lang) -> Option<String> {
        let to = match &output.party {
            Party::Address(address) => short(address),
            Party::Script(_) => output.party.phrase(t),
            Party::NewCoins | Party::Envelope | Party::Unspendable => return None,
        };
        let returns = self
            .inputs
            .iter()
            .any(|input| input.owner_is(&output.party));
        let what = match &output.attachment {
            // A role that was used and came back, as it must: nothing to tell.
            Some(Attachment::Authority { .. } | Attachment::Identity(_))
                if returns
                    && self
                        .inputs
                        .iter()
                        .any(|i| i.attachment == output.attachment) =>
            {
                return None;
            }
            Some(Attachment::Asset(amount)) => amount.phrase(),
            Some(Attachment::Authority { asset, .. }) => {
                return Some(t.explain_authority(&asset.name(), &to));
            }
            Some(Attachment::Identity(identity)) => {
                return Some(t.explain_identity(&identity.handle, &to));
            }
            Some(Attachment::Commitment) => {
                return Some(t.explain_commitment(&output.value.phrase(), &to));
            }
            None => output.value.phrase(),
        };
        let coinbase = self.inputs.iter().any(|input| input.coin.is_none());
        Some(if coinbase && output.has_value {
            t.explain_reward(&to, &what)
        } else if returns {
            t.explain_return(&what, &to)
        } else {
            t.explain_payment(&what, &to)
        })
    }
}

impl Input {
    fn owner_is(&self, party: &Party) -> bool {
        matches!((self.party.address(), party.address()), (Some(mine), Some(theirs)) if mine == theirs)
    }
}
