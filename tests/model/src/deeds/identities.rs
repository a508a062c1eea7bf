//! Deeds of MIP-2: committing, registering, living, losing and ending.
use bitcoin::OutPoint;
use moneta_mips::{
    Attachment, Commitment, IdentityId, Operation, RegisterIdentity, RegistryView, ScriptDigest,
    UpdateIdentity,
};
use moneta_testkit::random::Random;

use super::Scene;
use crate::chain::pick;
use crate::draft::{Draft, PARTIES, script};

impl Scene<'_> {
    pub(super) fn identity(&self) -> Option<(OutPoint, IdentityId)> {
        let coins = self.coins(|held| match held {
            Some(Attachment::Identity { id }) => Some(*id),
            _ => None,
        });
        let mut mature = coins
            .into_iter()
            .filter(|(outpoint, _)| self.chain.coins().contains_key(outpoint));
        mature.next()
    }

    pub(super) fn register(&self, random: &mut Random) -> Option<Draft> {
        let number = u8::try_from(random.below(9)).unwrap_or_default();
        let register = |number: u8| RegisterIdentity {
            handle: format!("party{number}"),
            document: "{}".into(),
            recovery: self.digest().0,
            salt: [number; 32],
        };
        let commitment = |number| Attachment::Commitment {
            digest: Commitment::to(&register(number), &self.own()),
        };
        let announced = self.coins(|held| (0..9).find(|one| held == Some(&commitment(*one))));
        let Some((coin, number)) = announced.first().copied() else {
            let draft = self.grains()?.gives(self.own(), commitment(number));
            return Some(self.back(draft));
        };
        let register = register(number);
        let draft = self.grains()?.spends(coin);
        let id = IdentityId::derive(&draft.inputs[0], 0, &register);
        let draft = draft.gives(self.own(), Attachment::Identity { id });
        Some(self.back(draft.does(Operation::RegisterIdentity(register))))
    }

    pub(super) fn with_identity(&self) -> Option<(Draft, IdentityId)> {
        let (coin, id) = self.identity()?;
        let draft = self.grains()?.spends(coin);
        Some((draft.gives(self.own(), Attachment::Identity { id }), id))
    }

    pub(super) fn update(&self, random: &mut Random) -> Option<Draft> {
        let (draft, identity) = self.with_identity()?;
        let heir = u8::try_from(random.below(u64::from(PARTIES))).unwrap_or_default();
        let update = UpdateIdentity {
            identity,
            document: format!("{{\"n\":{}}}", random.below(100)),
            recovery: ScriptDigest::of(&script(heir, 0)).0,
        };
        Some(self.back(draft.does(Operation::UpdateIdentity(update))))
    }

    pub(super) fn any_identity(&self, random: &mut Random) -> Option<moneta_mips::Identity> {
        let all: Vec<_> = self.chain.registry().identities().collect();
        match all.len() {
            0 => None,
            length => Some(all[pick(random, length)].clone()),
        }
    }

    pub(super) fn renew(&self, random: &mut Random) -> Option<Draft> {
        let handle = self.any_identity(random)?.handle;
        let years = u8::try_from(random.below(3) + 1).ok()?;
        let renew = Operation::RenewIdentity { handle, years };
        Some(self.back(self.grains()?.does(renew)))
    }

    /// Begins a recovery for some party, of an identity that this party may recover.
    pub(super) fn recover(&self, random: &mut Random) -> Option<Draft> {
        let own = self.digest().0;
        let mut all = self.chain.registry().identities();
        let identity = all.find(|one| one.recovery == own)?.id;
        let heir = u8::try_from(random.below(u64::from(PARTIES))).unwrap_or_default();
        let recover = Operation::RecoverIdentity {
            identity,
            to: ScriptDigest::of(&script(heir, 0)),
        };
        Some(self.back(self.grains()?.does(recover)))
    }

    /// Takes an identity whose recovery is under way, for whom it is for: ready or not.
    pub(super) fn claim(&self) -> Option<Draft> {
        let registry = self.chain.registry();
        let under_way = registry.identities().filter_map(|one| {
            let recovery = registry.standing(&one.id)?.recovery?;
            Some((recovery.ready, one.id, recovery.to))
        });
        let (_, identity, to) = under_way.min()?;
        let heir = (0..PARTIES).find(|heir| ScriptDigest::of(&script(*heir, 0)) == to)?;
        let draft = self.grains()?;
        let draft = draft.gives(script(heir, 0), Attachment::Identity { id: identity });
        Some(self.back(draft.does(Operation::ClaimIdentity { identity })))
    }

    pub(super) fn revoke(&self, random: &mut Random) -> Option<Draft> {
        if random.below(2) > 0 {
            return None;
        }
        let (draft, identity) = self.with_identity()?;
        Some(self.back(draft.does(Operation::RevokeIdentity { identity })))
    }
}
