//! What the history makes of identities and names: how long each is paid for, who may take it over, what exists once.
use std::collections::{BTreeMap, BTreeSet};

use moneta_chain::Height;
use moneta_mips::{
    Attachment, DescribePiece, Envelope, IdentityId, Operation, Recovery, RegistryView,
    ScriptDigest, Standing,
};

use crate::Violation;
use crate::chain::Done;

/// A year of minutes.
const YEAR: u32 = 525_600;
/// A month of minutes.
const MONTH: u32 = 43_200;
/// A week of minutes.
const WEEK: u32 = 10_080;

/// Every name of a history, and how each identity stands at its end.
#[derive(Default)]
pub(crate) struct Names {
    lives: BTreeMap<IdentityId, Standing>,
    /// Who registered a handle last.
    handles: BTreeMap<String, IdentityId>,
    symbols: BTreeSet<(IdentityId, String)>,
    pieces: BTreeSet<(IdentityId, String, u32)>,
    editions: BTreeMap<(IdentityId, String), u32>,
}

impl Names {
    /// Adds what a transaction does.
    pub(crate) fn add(&mut self, done: &Done) -> Result<(), Violation> {
        for coin in &done.spent {
            // Who moves the coin is alive; a coin from before a claim says nothing.
            if let Some(Attachment::Identity { id }) = coin.attachment {
                let life = self.life(&id)?;
                if life.claimed.is_none_or(|claimed| claimed <= coin.height) {
                    life.recovery = None;
                }
            }
        }
        let Some(envelope) = &done.effects.envelope else {
            return Ok(());
        };
        for (index, operation) in (0..).zip(&envelope.operations) {
            self.operate(done, envelope, (index, operation))?;
        }
        Ok(())
    }

    fn life(&mut self, id: &IdentityId) -> Result<&mut Standing, Violation> {
        self.lives.get_mut(id).ok_or(Violation::Identity(*id))
    }

    fn operate(
        &mut self,
        done: &Done,
        envelope: &Envelope,
        (index, operation): (u32, &Operation),
    ) -> Result<(), Violation> {
        let height = done.height;
        match operation {
            Operation::RegisterIdentity(register) => {
                let id = IdentityId::derive(&done.tx.input[0].previous_output, index, register);
                self.register(&register.handle, id, height)
            }
            Operation::RenewIdentity { handle, years } => self.renew(handle, *years, height),
            Operation::UpdateIdentity(update) => self.check_in_force(&update.identity, height),
            Operation::IssueAsset(issue) => match issue.issuer {
                Some(issuer) => {
                    self.check_in_force(&issuer, height)?;
                    let is_new = self.symbols.insert((issuer, issue.symbol.clone()));
                    once(is_new, &issue.symbol)
                }
                None => Ok(()),
            },
            Operation::DescribePiece(piece) => self.describe(envelope, piece),
            Operation::RecoverIdentity { identity, to } => {
                let life = self.life(identity)?;
                if life.revoked.is_some_and(|revoked| revoked < height) {
                    return Err(Violation::NotInForce(*identity));
                }
                if life.recovery.is_none_or(|under_way| under_way.to != *to) {
                    let ready = height.saturating_add(WEEK);
                    life.recovery = Some(Recovery { to: *to, ready });
                }
                Ok(())
            }
            Operation::ClaimIdentity { identity } => self.claim(done, identity),
            Operation::RevokeIdentity { identity } => {
                let life = self.life(identity)?;
                if life.revoked.is_none() {
                    life.revoked = Some(height);
                    life.recovery = None;
                }
                Ok(())
            }
            // What else there is names nothing.
            _ => Ok(()),
        }
    }

    fn register(&mut self, handle: &str, id: IdentityId, height: Height) -> Result<(), Violation> {
        let expiry = height.saturating_add(YEAR);
        let standing = Standing {
            expiry,
            revoked: None,
            recovery: None,
            claimed: None,
        };
        self.lives.insert(id, standing);
        let former = self.handles.insert(handle.to_owned(), id);
        let former = former.and_then(|former| self.lives.get(&former));
        let released = |one: &Standing| one.expiry.saturating_add(MONTH) <= height;
        once(former.is_none_or(released), handle)
    }

    fn renew(&mut self, handle: &str, years: u8, height: Height) -> Result<(), Violation> {
        let owner = self.handles.get(handle).copied();
        let owner = owner.ok_or_else(|| Violation::Taken(handle.to_owned()))?;
        let life = self.life(&owner)?;
        life.expiry = life.expiry.saturating_add(YEAR * u32::from(years));
        let most = height.saturating_add(10 * YEAR);
        let alive = life.revoked.is_none_or(|revoked| revoked >= height);
        match alive && life.expiry <= most {
            true => Ok(()),
            false => Err(Violation::NotInForce(owner)),
        }
    }

    fn check_in_force(&mut self, id: &IdentityId, height: Height) -> Result<(), Violation> {
        let life = self.life(id)?;
        let revoked = life.revoked.is_some_and(|revoked| revoked < height);
        match !revoked && height < life.expiry {
            true => Ok(()),
            false => Err(Violation::NotInForce(*id)),
        }
    }

    /// A week after somebody asked, and by whom he named.
    fn claim(&mut self, done: &Done, id: &IdentityId) -> Result<(), Violation> {
        let mut gets = done.effects.attachments.iter();
        let output = gets.find(|(_, held)| **held == Attachment::Identity { id: *id });
        let output = output.and_then(|(vout, _)| done.tx.output.get(usize::try_from(*vout).ok()?));
        let to = output.map(|output| ScriptDigest::of(&output.script_pubkey));
        let life = self.life(id)?;
        let due = life.recovery.take().filter(|one| one.ready <= done.height);
        life.claimed = Some(done.height);
        match due.is_some_and(|due| to == Some(due.to)) {
            true => Ok(()),
            false => Err(Violation::ClaimedEarly(*id)),
        }
    }

    fn describe(&mut self, envelope: &Envelope, piece: &DescribePiece) -> Result<(), Violation> {
        let issue = envelope.operations.get(usize::from(piece.issue));
        let Some(Operation::IssueAsset(issue)) = issue else {
            return Err(Violation::Taken(piece.collection.clone()));
        };
        let issuer = issue.issuer.unwrap_or(IdentityId([0; 32]));
        let name = piece.collection.clone();
        let edition = (issuer, name.clone());
        let edition = *self.editions.entry(edition).or_insert(piece.edition);
        let within = edition == piece.edition && (1..=edition).contains(&piece.number);
        let is_new = self.pieces.insert((issuer, name, piece.number));
        once(is_new && within, &piece.collection)
    }

    /// Compares how identities stand, and who has which handle, with what the registry says.
    pub(crate) fn check(&self, registry: &dyn RegistryView) -> Result<(), Violation> {
        for (id, life) in &self.lives {
            if registry.standing(id) != Some(*life) {
                return Err(Violation::Standing(*id));
            }
        }
        for (handle, id) in &self.handles {
            let owner = registry.identity_of_handle(handle);
            once(owner == Some(*id), handle)?;
        }
        Ok(())
    }
}

fn once(holds: bool, name: &str) -> Result<(), Violation> {
    match holds {
        true => Ok(()),
        false => Err(Violation::Taken(name.to_owned())),
    }
}
