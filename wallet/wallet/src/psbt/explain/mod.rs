//! A reading in plain sentences, English or Chinese: what is done, who gets what, what it costs.
//!
//! A sentence says only what is proven. An asset without proof is named by its id and counted in base
//! units; a bare asset, whose symbol anybody may use, always shows its id as well.
mod names;
mod sentence;
mod warning;

use bitcoin::Amount;
use moneta_mips::{Attachment, Operation};
pub use sentence::Language;
use sentence::Sentence;

use self::names::Names;
use super::{PsbtReading, ReadOutput};
use crate::units::mta;

impl PsbtReading {
    /// Says what signing this does, one sentence for each thing that happens.
    pub fn explain(&self, language: Language) -> Vec<String> {
        let names = Names {
            facts: &self.facts,
            network: self.network,
            language,
        };
        let operations = self.envelope.iter().flat_map(|e| &e.operations);
        let mut sentences: Vec<Sentence> = operations
            .map(|operation| names.operation(operation))
            .collect();
        let (ours, others): (Vec<_>, Vec<_>) = self
            .outputs
            .iter()
            .filter(|output| !output.output.script_pubkey.is_op_return())
            .partition(|output| output.ours.is_some());
        sentences.extend(others.into_iter().map(|output| names.output(output)));
        sentences.extend(ours.into_iter().map(|output| names.output(output)));
        let burned = self.burned();
        if burned > Amount::ZERO {
            let amount = mta(burned);
            sentences.push(Sentence::RegistryPrice { amount });
        }
        let amount = mta(self.fee);
        sentences.push(Sentence::Fee { amount });
        sentences.iter().map(|said| said.say(language)).collect()
    }

    /// Grains on outputs that nobody can spend: the price of what is put into the registry.
    pub fn burned(&self) -> Amount {
        let outputs = self.outputs.iter().map(|output| &output.output);
        outputs
            .filter(|output| output.script_pubkey.is_op_return())
            .fold(Amount::ZERO, |sum, output| {
                sum.checked_add(output.value).unwrap_or(Amount::MAX)
            })
    }
}

impl Names<'_> {
    fn output(&self, output: &ReadOutput) -> Sentence {
        let what = match &output.attachment {
            None => mta(output.output.value),
            Some(Attachment::Asset { id, amount }) => self.units(id, *amount),
            Some(Attachment::Authority { asset, rights }) => self.rights(*rights, asset),
            Some(Attachment::Identity { id }) => self.control(id),
        };
        match output.ours {
            Some(_) => Sentence::Return { what },
            None => Sentence::Transfer {
                what,
                to: self.owner(&output.output.script_pubkey),
            },
        }
    }

    fn operation(&self, operation: &Operation) -> Sentence {
        match operation {
            Operation::IssueAsset(issue) => self.issue(issue),
            Operation::Mint { asset, amount } => Sentence::Mint {
                what: self.units(asset, *amount),
            },
            Operation::Burn { asset, amount } => Sentence::Burn {
                what: self.units(asset, *amount),
            },
            Operation::Renounce { asset, rights } => Sentence::Renounce {
                what: self.rights(*rights, asset),
            },
            Operation::Freeze(freeze) => Sentence::Freeze {
                asset: self.asset(&freeze.asset),
                coins: self.coins(&freeze.targets),
                until: freeze.stop,
                reason: freeze.reason,
                jurisdiction: String::from_utf8_lossy(&freeze.jurisdiction).into_owned(),
            },
            Operation::Unfreeze { asset, targets } => Sentence::Unfreeze {
                asset: self.asset(asset),
                coins: self.coins(targets),
            },
            Operation::RegisterIdentity(identity) => Sentence::Register {
                handle: names::clean(&identity.handle),
            },
            Operation::Anchor { digest } => Sentence::Anchor { digest: *digest },
        }
    }
}
