//! From a transaction to statements: who gets what, what the operations do, what it costs.
use std::collections::BTreeMap;

use bitcoin::{Amount, OutPoint, Script, Transaction, TxOut};

use super::statement::{Listing, Name, Party, Quantity, Statement};
use super::{AssetFacts, Facts};
use crate::mip_0003_assets::{is_invisible, is_name};
use crate::{
    AssetId, Attachment, Coin, DescribePiece, Envelope, EnvelopeError, FoundEnvelope, Freeze,
    Holder, Holders, IdentityId, IssueAsset, MTA_DECIMALS, MTA_SYMBOL, Operation, asset_name,
    find_envelope, format_units,
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
    if !list
        .iter()
        .any(|one| matches!(one, Statement::Freezes { .. }))
    {
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
struct Reading<'a> {
    tx: &'a Transaction,
    spent: &'a [Coin],
    facts: &'a dyn Facts,
    found: Option<FoundEnvelope>,
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

    fn new_asset_name(&self, issue: &IssueAsset, id: &AssetId) -> String {
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

    fn operations(&self) -> Vec<Statement> {
        let operations = self.found.iter().flat_map(|one| &one.envelope.operations);
        (0_u32..)
            .zip(operations)
            .map(|(index, operation)| self.operation(index, operation))
            .collect()
    }

    fn operation(&self, index: u32, operation: &Operation) -> Statement {
        match operation {
            Operation::IssueAsset(issue) => self.issues(index, issue),
            Operation::Mint { asset, amount } => Statement::Mints(self.units(asset, *amount)),
            Operation::Burn { asset, amount } => Statement::Burns(self.units(asset, *amount)),
            Operation::Renounce { asset, rights } => {
                Statement::Renounces(*rights, self.asset(asset))
            }
            Operation::DescribePiece(piece) => self.describes(piece),
            Operation::Freeze(freeze) => self.freezes(freeze),
            Operation::Unfreeze { asset, targets } => {
                Statement::Lifts(targets.clone(), self.asset(asset))
            }
            Operation::Contest { asset, targets, .. } => {
                Statement::Lists(Listing::Contests(targets.clone(), self.asset(asset)))
            }
            Operation::SetRedemption { asset, script } => {
                let script = (script.0 != [0; 32]).then(|| script.to_string());
                Statement::Lists(Listing::Redeems(script, self.asset(asset)))
            }
            Operation::ForceTransfer {
                asset,
                coin,
                amount,
            } => Statement::Lists(Listing::Takes(self.units(asset, *amount), coin.to_string())),
            Operation::RegisterIdentity(register) => Statement::Registers(shown(&register.handle)),
            Operation::UpdateIdentity(update) => {
                Statement::Lists(Listing::Updates(self.identity(&update.identity)))
            }
            Operation::RenewIdentity { handle, years } => {
                Statement::Lists(Listing::Renews(shown(handle), *years))
            }
            Operation::RecoverIdentity { identity, to } => {
                Statement::Lists(Listing::Recovers(self.identity(identity), to.to_string()))
            }
            Operation::ClaimIdentity { identity } => {
                Statement::Lists(Listing::Claims(self.identity(identity)))
            }
            Operation::RevokeIdentity { identity } => {
                Statement::Lists(Listing::Revokes(self.identity(identity)))
            }
            Operation::Anchor { digest } => Statement::Notarises(hex(digest)),
            Operation::SetDocument(document) => Statement::Lists(Listing::Documents {
                asset: self.asset(&document.asset),
                kind: document.kind,
                digest: hex(&document.digest),
                uri: shown_uri(&document.uri),
            }),
            Operation::Enrol { asset, holders } => {
                let one = |holder: &Holder| (holder.script.to_string(), holder.expiry);
                let holders = holders.iter().map(one).collect();
                Statement::Lists(Listing::Enrols(holders, self.asset(asset)))
            }
            Operation::Withdraw { asset, scripts } => {
                let names = scripts.iter().map(ToString::to_string).collect();
                Statement::Lists(Listing::Withdraws(names, self.asset(asset)))
            }
        }
    }

    fn issues(&self, index: u32, issue: &IssueAsset) -> Statement {
        let id = AssetId::derive(&self.first_input(), index, issue);
        let name = self.new_asset_name(issue, &id);
        let units =
            |amount| Quantity::Named(format!("{} {name}", format_units(amount, issue.decimals)));
        Statement::Issues {
            first: units(issue.initial),
            cap: units(issue.cap),
            title: shown(&issue.name),
            powers: issue.powers,
            terms: (issue.contract_hash != [0; 32]).then(|| hex(&issue.contract_hash)),
            enrolled: issue.holders == Holders::Enrolled,
        }
    }

    fn describes(&self, piece: &DescribePiece) -> Statement {
        let collection = shown(&piece.collection);
        let operations = self.found.iter().flat_map(|one| &one.envelope.operations);
        let issue = operations.skip(usize::from(piece.issue)).take(1);
        let issue = issue.filter_map(|operation| match operation {
            Operation::IssueAsset(issue) => Some(issue),
            _ => None,
        });
        let Some(issue) = issue.last() else {
            let nothing = Name::Id(format!("#{}", piece.issue));
            return describing(nothing, collection, piece);
        };
        let id = AssetId::derive(&self.first_input(), u32::from(piece.issue), issue);
        let collection = match issue.issuer.map(|issuer| self.identity(&issuer)) {
            Some(Name::Known(issuer) | Name::Id(issuer)) => format!("{issuer}/{collection}"),
            None => collection,
        };
        describing(self.asset(&id), collection, piece)
    }

    fn first_input(&self) -> OutPoint {
        let first = self.tx.input.first();
        first.map_or(OutPoint::null(), |input| input.previous_output)
    }

    fn freezes(&self, freeze: &Freeze) -> Statement {
        Statement::Freezes {
            what: freeze.targets.clone(),
            asset: self.asset(&freeze.asset),
            tier: freeze.tier,
            stop: freeze.stop,
            reason: freeze.reason,
            jurisdiction: shown(&String::from_utf8_lossy(&freeze.jurisdiction)),
        }
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
                    Attachment::Commitment { .. } => Some(Statement::Commits(output.value, to)),
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

    fn asset(&self, id: &AssetId) -> Name {
        self.about(id)
            .map_or_else(|| Name::Id(id.to_string()), |one| Name::Known(one.name))
    }

    fn identity(&self, id: &IdentityId) -> Name {
        let registered = self.registered.get(id).cloned();
        registered
            .or_else(|| self.facts.handle(id).map(|handle| shown(&handle)))
            .map_or_else(|| Name::Id(id.to_string()), Name::Known)
    }

    fn units(&self, id: &AssetId, amount: u64) -> Quantity {
        match self.about(id) {
            Some(AssetFacts { name, decimals }) => {
                Quantity::Named(format!("{} {name}", format_units(amount, decimals)))
            }
            None => Quantity::Base(amount, id.to_string()),
        }
    }
}

fn describing(asset: Name, collection: String, piece: &DescribePiece) -> Statement {
    Statement::Lists(Listing::Describes {
        asset,
        collection,
        number: piece.number,
        edition: piece.edition,
        media_type: shown(&piece.media_type),
        content: hex(&piece.content),
    })
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

fn hex(bytes: &[u8; 32]) -> String {
    AssetId(*bytes).to_string()
}

/// An address that the rules allow has no space and nothing that hides; others are shown as other texts.
fn shown_uri(uri: &str) -> String {
    match uri.len() <= 256 && uri.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => uri.to_owned(),
        false => shown(uri),
    }
}

/// Text of strangers on a signer's screen: nothing in it may hide, or turn round what stands beside it.
fn shown(text: &str) -> String {
    if is_name(text) {
        return text.to_owned();
    }
    let visible = text.chars().take(64);
    visible
        .map(|one| if is_invisible(one) { '\u{fffd}' } else { one })
        .collect()
}
