//! From a transaction to statements: who gets what, what the operations do, what it costs.
use std::collections::BTreeMap;

use bitcoin::{Amount, OutPoint, Script, Transaction, TxOut};

use super::shown::{hex, shown};
use super::statement::{Name, Party, Quantity, Statement};
use super::{AssetFacts, Facts};
use crate::{
    AssetId, Attachment, Coin, Envelope, EnvelopeError, FoundEnvelope, IdentityId, IssueAsset,
    MTA_DECIMALS, MTA_SYMBOL, Operation, asset_name, find_envelope, format_units,
};

/// Works out what `tx` does.
pub(super) fn statements(tx: &Transaction, spent: &[Coin], facts: &dyn Facts) -> Vec<Statement> {
    let (found, unreadable) = match find_envelope(tx) {
        Ok(found) => (found, None),
        Err(error) => (None, Some(error)),
    };
    let reading = Reading::new(tx, spent, facts, found);
    let mut list = Vec::new();
    list.extend(reading.warnings(unreadable));
    list.extend(reading.operations());
    list.extend(reading.moves());
    list.extend(reading.roles());
    list.extend(reading.costs());
    if !list.iter().any(|one| matches!(one, Statement::Freezes(_))) {
        list.push(Statement::FreezesNothing);
    }
    list
}

/// Works out what one operation of `tx` does.
pub(super) fn operation(tx: &Transaction, index: u32, facts: &dyn Facts) -> Option<Statement> {
    let reading = Reading::new(tx, &[], facts, find_envelope(tx).ok()?);
    let at = usize::try_from(index).ok()?;
    reading.operations().into_iter().nth(at)
}

/// A transaction and what is known about it.
pub(super) struct Reading<'a> {
    tx: &'a Transaction,
    spent: &'a [Coin],
    facts: &'a dyn Facts,
    pub(super) found: Option<FoundEnvelope>,
    attachments: BTreeMap<u32, Attachment>,
    /// Assets that the transaction itself creates.
    issued: BTreeMap<AssetId, AssetFacts>,
    /// Identities that the transaction itself creates.
    registered: BTreeMap<IdentityId, String>,
    /// Whether the reader spends something here.
    spends: bool,
}

impl<'a> Reading<'a> {
    fn new(
        tx: &'a Transaction,
        spent: &'a [Coin],
        facts: &'a dyn Facts,
        found: Option<FoundEnvelope>,
    ) -> Self {
        let allocations = found.iter().flat_map(|found| &found.envelope.allocations);
        let attachments = allocations.map(|one| (one.vout, one.attachment.clone()));
        let mut reading = Self {
            tx,
            spent,
            facts,
            attachments: attachments.collect(),
            issued: BTreeMap::new(),
            registered: BTreeMap::new(),
            spends: spent
                .iter()
                .any(|coin| facts.is_own(&coin.output.script_pubkey)),
            found: None,
        };
        if let Some(found) = &found {
            reading.name_new_things(&found.envelope);
        }
        reading.found = found;
        reading
    }

    fn name_new_things(&mut self, envelope: &Envelope) {
        let Some(first) = self.tx.input.first().map(|input| input.previous_output) else {
            return;
        };
        for (index, operation) in (0_u32..).zip(&envelope.operations) {
            match operation {
                Operation::IssueAsset(issue) => {
                    let id = AssetId::derive(&first, index, issue);
                    let name = self.new_asset_name(issue, &id);
                    let decimals = issue.decimals;
                    self.issued.insert(id, AssetFacts { name, decimals });
                }
                Operation::RegisterIdentity(register) => {
                    let id = IdentityId::derive(&first, index, register);
                    self.registered.insert(id, shown(&register.handle));
                }
                _ => {}
            }
        }
    }

    pub(super) fn new_asset_name(&self, issue: &IssueAsset, id: &AssetId) -> String {
        let issuer = issue.issuer.map(|issuer| self.identity(&issuer));
        match issuer {
            None => asset_name(None, &issue.symbol, id),
            Some(Name::Known(handle)) => asset_name(Some(&handle), &issue.symbol, id),
            Some(Name::Id(issuer)) => format!("{issuer}/{}", shown(&issue.symbol)),
        }
    }

    fn warnings(&self, unreadable: Option<EnvelopeError>) -> Vec<Statement> {
        let mut list = Vec::new();
        let attached = self.spent.iter().any(|coin| {
            let held = coin.attachment.as_ref();
            held.is_some_and(|held| !matches!(held, Attachment::Commitment { .. }))
        });
        if attached && self.found.is_none() && unreadable.is_none() {
            list.push(Statement::NoEnvelope);
        }
        list.extend(unreadable.map(Statement::Unreadable));
        let wasted = self.outputs().filter(|(vout, output)| {
            output.script_pubkey.is_op_return() && Some(*vout) != self.carrier()
        });
        let wasted = sum(wasted.map(|(_, output)| output.value));
        if wasted > Amount::ZERO {
            list.push(Statement::Wastes(wasted));
        }
        list
    }

    pub(super) fn first_input(&self) -> OutPoint {
        let first = self.tx.input.first();
        first.map_or(OutPoint::null(), |input| input.previous_output)
    }

    /// Units and grains, summed for each receiver; what goes to others comes first.
    fn moves(&self) -> Vec<Statement> {
        let mut sums: Vec<(Option<AssetId>, Party, u64)> = Vec::new();
        for (vout, output) in self.outputs() {
            let (what, amount) = match self.attachments.get(&vout) {
                Some(Attachment::Asset { id, amount }) => (Some(*id), *amount),
                Some(_) => continue,
                None if output.script_pubkey.is_op_return() => continue,
                None => (None, output.value.to_sat()),
            };
            let to = self.party(&output.script_pubkey);
            let same = |one: &&mut (Option<AssetId>, Party, u64)| one.0 == what && one.1 == to;
            match sums.iter_mut().find(same) {
                Some((_, _, total)) => *total = total.saturating_add(amount),
                None => sums.push((what, to, amount)),
            }
        }
        let back = |party: &Party| matches!(party, Party::Back | Party::You);
        sums.sort_by_key(|(what, to, _)| (what.is_none(), back(to)));
        let say = |(what, to, amount): (Option<AssetId>, Party, u64)| {
            let quantity = what.map_or_else(|| grains(amount), |id| self.units(&id, amount));
            if self.tx.is_coinbase() {
                return Statement::Mines(quantity, to);
            }
            Statement::Moves(quantity, to)
        };
        sums.into_iter().map(say).collect()
    }

    fn roles(&self) -> Vec<Statement> {
        self.outputs()
            .filter_map(|(vout, output)| {
                let to = self.party(&output.script_pubkey);
                match self.attachments.get(&vout)? {
                    Attachment::Authority { asset, rights } => {
                        Some(Statement::MovesRights(*rights, self.asset(asset), to))
                    }
                    Attachment::Identity { id } => {
                        Some(Statement::MovesIdentity(self.identity(id), to))
                    }
                    Attachment::Commitment { digest } => {
                        Some(Statement::Commits(output.value, hex(&digest.0), to))
                    }
                    Attachment::Asset { .. } => None,
                }
            })
            .collect()
    }

    fn costs(&self) -> Vec<Statement> {
        let mut list = Vec::new();
        let away = self.outputs().filter(|(vout, output)| {
            self.attachments.contains_key(vout) && !self.facts.is_own(&output.script_pubkey)
        });
        let along = sum(away.map(|(_, output)| output.value));
        if along > Amount::ZERO {
            list.push(Statement::GrainsAlong(along));
        }
        let carrier = self
            .outputs()
            .find(|(vout, _)| Some(*vout) == self.carrier());
        let price = carrier.map_or(Amount::ZERO, |(_, output)| output.value);
        if price > Amount::ZERO {
            list.push(Statement::Price(price));
        }
        if !self.spent.is_empty() && self.spent.len() == self.tx.input.len() {
            let goes_in = sum(self.spent.iter().map(|coin| coin.output.value));
            let comes_out = sum(self.tx.output.iter().map(|output| output.value));
            list.push(match goes_in.checked_sub(comes_out) {
                Some(fee) => Statement::Fee(fee),
                None => Statement::Overspends,
            });
        }
        list
    }

    fn outputs(&self) -> impl Iterator<Item = (u32, &'a TxOut)> {
        (0_u32..).zip(&self.tx.output)
    }

    fn carrier(&self) -> Option<u32> {
        self.found.as_ref().map(|found| found.vout)
    }

    fn party(&self, script: &Script) -> Party {
        if self.facts.is_own(script) {
            return if self.spends { Party::Back } else { Party::You };
        }
        match self.facts.address(script) {
            Some(address) => Party::Address(address),
            None => Party::Script(script.to_hex_string()),
        }
    }

    fn about(&self, id: &AssetId) -> Option<AssetFacts> {
        let issued = self.issued.get(id).cloned();
        let known = || {
            let AssetFacts { name, decimals } = self.facts.asset(id)?;
            let name = shown(&name);
            Some(AssetFacts { name, decimals })
        };
        issued.or_else(known)
    }

    pub(super) fn asset(&self, id: &AssetId) -> Name {
        self.about(id)
            .map_or_else(|| Name::Id(id.to_string()), |one| Name::Known(one.name))
    }

    pub(super) fn identity(&self, id: &IdentityId) -> Name {
        let registered = self.registered.get(id).cloned();
        registered
            .or_else(|| self.facts.handle(id).map(|handle| shown(&handle)))
            .map_or_else(|| Name::Id(id.to_string()), Name::Known)
    }

    pub(super) fn units(&self, id: &AssetId, amount: u64) -> Quantity {
        match self.about(id) {
            Some(AssetFacts { name, decimals }) => {
                Quantity::Named(format!("{} {name}", format_units(amount, decimals)))
            }
            None => Quantity::Base(amount, id.to_string()),
        }
    }
}

fn grains(amount: u64) -> Quantity {
    Quantity::Named(format!(
        "{} {MTA_SYMBOL}",
        format_units(amount, MTA_DECIMALS)
    ))
}

fn sum(amounts: impl Iterator<Item = Amount>) -> Amount {
    let grains = amounts.map(Amount::to_sat).fold(0, u64::saturating_add);
    Amount::from_sat(grains)
}
