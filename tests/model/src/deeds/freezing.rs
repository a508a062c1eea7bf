//! Deeds of MIP-1: freezing coins, scripts and whole assets, lifting, contesting, and carrying out an ORDER.
use bitcoin::OutPoint;
use moneta_mips::{
    AssetId, Attachment, Freeze, Operation, Reason, RegistryView, Rights, ScriptDigest, Target,
    Targets, Tier,
};
use moneta_testkit::random::Random;

use super::Scene;
use crate::chain::pick;
use crate::draft::{Draft, PARTIES, script};

impl Scene<'_> {
    /// Contests whatever holds coins of this party's script.
    pub(super) fn contest(&self, random: &mut Random) -> Option<Draft> {
        let units = self.units();
        if units.is_empty() {
            return None;
        }
        let (coin, (asset, _)) = units[pick(random, units.len())];
        let targets = match random.below(2) {
            0 => Targets::Scripts(vec![self.digest()]),
            _ => Targets::Coins(vec![coin]),
        };
        let statement = [6; 32];
        let contest = Operation::Contest {
            asset,
            targets,
            statement,
        };
        Some(self.back(self.grains()?.does(contest)))
    }

    /// The issuer says that frozen coins may come home to the first party.
    pub(super) fn redemption(&self, random: &mut Random) -> Option<Draft> {
        let (draft, known) = self.uses(Rights::FREEZE, random)?;
        let (asset, script) = (known.id, ScriptDigest::of(&script(0, 0)));
        Some(self.back(draft.does(Operation::SetRedemption { asset, script })))
    }

    /// Coins of anybody that hold this asset.
    pub(super) fn coins_of(&self, id: &AssetId) -> Vec<OutPoint> {
        let coins = self.coins.iter().filter(|(_, coin)| {
            matches!(&coin.attachment, Some(Attachment::Asset { id: held, .. }) if held == id)
        });
        coins.map(|(outpoint, _)| *outpoint).collect()
    }

    /// Coins mostly; at times a script of theirs, or the whole asset.
    pub(super) fn targets(&self, id: &AssetId, random: &mut Random) -> Option<Targets> {
        let coins = self.coins_of(id);
        if coins.is_empty() {
            return None;
        }
        match random.below(8) {
            0 => return Some(Targets::All),
            1 | 2 => {
                let coin = self.chain.coins().get(&coins[pick(random, coins.len())])?;
                let script = ScriptDigest::of(&coin.output.script_pubkey);
                return Some(Targets::Scripts(vec![script]));
            }
            _ => {}
        }
        let targets: Vec<OutPoint> = (0..=random.below(2))
            .map(|_| coins[pick(random, coins.len())])
            .collect();
        Some(Targets::Coins(targets).sorted())
    }

    pub(super) fn freeze(&self, random: &mut Random) -> Option<Draft> {
        let (draft, known) = self.uses(Rights::FREEZE, random)?;
        let asset = known.id;
        let has = draft.envelope.allocations.iter().any(|one| {
            matches!(one.attachment, Attachment::Authority { rights, .. }
                if rights.contains(Rights::COMPLIANCE))
        });
        let tier = match has && random.below(2) == 0 {
            true => Tier::Order,
            false => Tier::Emergency,
        };
        let longest = match tier {
            Tier::Emergency => 10_080,
            Tier::Order => 525_600,
        };
        let blocks = u32::try_from(random.below(longest) + 1).ok()?;
        let freeze = Freeze {
            asset,
            targets: self.targets(&asset, random)?,
            tier,
            stop: self.chain.next_height().saturating_add(blocks),
            reason: Reason::Dispute,
            jurisdiction: *b"CH",
            document: [0xd0; 32],
        };
        Some(self.back(draft.does(Operation::Freeze(freeze))))
    }

    pub(super) fn unfreeze(&self, random: &mut Random) -> Option<Draft> {
        let (draft, known) = self.uses(Rights::FREEZE, random)?;
        let asset = known.id;
        let targets = self.targets(&asset, random)?;
        Some(self.back(draft.does(Operation::Unfreeze { asset, targets })))
    }

    /// Drops the record of a coin's freeze that is over first, without any right.
    pub(super) fn drop_record(&self) -> Option<Draft> {
        let all = self.chain.registry().freezes();
        let (_, asset, coin) = all
            .map(|(asset, coin, record)| {
                (
                    record.start.saturating_add(40_320).max(record.stop),
                    asset,
                    coin,
                )
            })
            .min()?;
        let targets = Targets::Coins(vec![coin]);
        Some(self.back(self.grains()?.does(Operation::Unfreeze { asset, targets })))
    }

    /// Takes units from a coin that stands under an ORDER, the oldest first, and gives them to some party.
    pub(super) fn force(&self, random: &mut Random) -> Option<Draft> {
        let (draft, known) = self.uses(Rights::FREEZE, random)?;
        let asset = known.id;
        let ordered = self.coins_of(&asset).into_iter().filter_map(|outpoint| {
            let coin = self.chain.coins().get(&outpoint)?;
            let targets = Target::stopping(&outpoint, coin)?;
            let records = targets.iter().filter_map(|target| {
                let record = self.chain.registry().freeze_on(target)?;
                record.ordered
            });
            Some((records.min()?, outpoint, coin))
        });
        let (_, coin, held) = ordered.min_by_key(|(since, outpoint, _)| (*since, *outpoint))?;
        let Some(Attachment::Asset { id, amount }) = held.attachment else {
            return None;
        };
        let to = u8::try_from(random.below(u64::from(PARTIES))).unwrap_or_default();
        let draft = draft.gives(script(to, 0), Attachment::Asset { id, amount });
        Some(self.back(draft.does(Operation::ForceTransfer {
            asset,
            coin,
            amount,
        })))
    }
}
