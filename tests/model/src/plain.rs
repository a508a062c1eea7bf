//! The plain model: what operations mean, counted from the history alone, compared with what the rules keep.
use std::collections::{BTreeMap, BTreeSet};

use bitcoin::transaction::Version;
use bitcoin::{OutPoint, Transaction, TxIn, TxOut, absolute};
use moneta_chain::Height;
use moneta_mips::{
    AssetId, Attachment, Coin, Commitment, FreezeRecord, Holders, IdentityId, Key, Operation,
    Registry, RegistryView, Rights, Scene, ScriptDigest, Target, check_transaction,
};

use crate::Violation;
use crate::chain::{Chain, Done};
use crate::names::Names;

/// What a history leaves, counted by hand.
#[derive(Default)]
struct Count {
    /// Base units made and not destroyed.
    units: BTreeMap<AssetId, u128>,
    /// Rights declared and not given up.
    rights: BTreeMap<AssetId, Rights>,
    identities: BTreeSet<IdentityId>,
    holdings: BTreeMap<OutPoint, Attachment>,
    /// Coins that held an identity until somebody claimed it, or units until a forced transfer took them.
    emptied: BTreeSet<OutPoint>,
    /// What somebody froze, ever.
    frozen: BTreeSet<Target>,
}

impl Count {
    fn add(&mut self, done: &Done) {
        for input in &done.tx.input {
            self.holdings.remove(&input.previous_output);
        }
        let Some(envelope) = &done.effects.envelope else {
            return;
        };
        let txid = done.tx.compute_txid();
        let first = done.tx.input[0].previous_output;
        for operation in &envelope.operations {
            if let Operation::ClaimIdentity { identity } = operation {
                self.empty(identity);
            }
        }
        for allocation in &envelope.allocations {
            let coin = OutPoint::new(txid, allocation.vout);
            self.holdings.insert(coin, allocation.attachment.clone());
        }
        for (index, operation) in (0..).zip(&envelope.operations) {
            self.operate(&first, index, operation);
        }
    }

    /// Whoever had the identity has it no more.
    fn empty(&mut self, identity: &IdentityId) {
        let holds = |held: &Attachment| *held == Attachment::Identity { id: *identity };
        let coins = self.holdings.iter().filter(|(_, held)| holds(held));
        self.emptied.extend(coins.map(|(coin, _)| *coin));
        self.holdings.retain(|_, held| !holds(held));
    }

    fn operate(&mut self, first: &OutPoint, index: u32, operation: &Operation) {
        match operation {
            Operation::IssueAsset(issue) => {
                let id = AssetId::derive(first, index, issue);
                self.units.insert(id, u128::from(issue.initial));
                self.rights.insert(id, issue.powers);
            }
            Operation::Mint { asset, amount } => {
                *self.units.entry(*asset).or_default() += u128::from(*amount);
            }
            Operation::Burn { asset, amount } => {
                *self.units.entry(*asset).or_default() -= u128::from(*amount);
            }
            Operation::Renounce { asset, rights } => {
                let held = self.rights.entry(*asset).or_default();
                *held = held.without(*rights);
            }
            Operation::RegisterIdentity(identity) => {
                let id = IdentityId::derive(first, index, identity);
                self.identities.insert(id);
            }
            Operation::Freeze(freeze) => {
                self.frozen
                    .extend(Target::each(freeze.asset, &freeze.targets));
            }
            Operation::ForceTransfer { coin, .. } => {
                self.holdings.remove(coin);
                self.emptied.insert(*coin);
            }
            // What else there is makes and destroys nothing.
            _ => {}
        }
    }
}

/// Compares everything that exists with what the history made.
pub(crate) fn check(chain: &Chain) -> Result<(), Violation> {
    let mut count = Count::default();
    chain.history().for_each(|done| count.add(done));
    let coins = chain.coins().iter();
    let held: BTreeMap<OutPoint, Attachment> = coins
        .filter(|(outpoint, _)| !count.emptied.contains(outpoint))
        .filter_map(|(outpoint, coin)| Some((*outpoint, coin.attachment.clone()?)))
        .collect();
    if held != count.holdings {
        return Err(Violation::Holdings);
    }
    check_units(chain.registry(), &count)?;
    check_roles(&count)?;
    let keys = chain.registry().records().map(|(key, _)| key);
    for target in keys.filter_map(target) {
        if !count.frozen.contains(&target) {
            return Err(Violation::FreezeFromNowhere(target));
        }
    }
    let mut names = Names::default();
    chain.history().try_for_each(|done| names.add(done))?;
    names.check(chain.registry())
}

/// Returns what a record of the registry freezes, if it is a freeze.
const fn target(key: &Key) -> Option<Target> {
    match *key {
        Key::Freeze { asset, coin } => Some(Target::Coin { asset, coin }),
        Key::ScriptFreeze { asset, script } => Some(Target::Script { asset, script }),
        Key::Pause(asset) => Some(Target::All { asset }),
        _ => None,
    }
}

fn check_units(registry: &Registry, count: &Count) -> Result<(), Violation> {
    let mut held: BTreeMap<AssetId, u128> = BTreeMap::new();
    for attachment in count.holdings.values() {
        if let Attachment::Asset { id, amount } = attachment {
            *held.entry(*id).or_default() += u128::from(*amount);
        }
    }
    for known in registry.assets() {
        let asset = known.id;
        let held = held.remove(&asset).unwrap_or_default();
        let made = count.units.get(&asset).copied().unwrap_or_default();
        let supply = known.supply;
        if held != made || made != u128::from(supply) {
            return Err(Violation::Supply {
                asset,
                held,
                made,
                supply,
            });
        }
        if supply > known.cap {
            return Err(Violation::AboveCap(asset));
        }
        if count.rights.get(&asset) != Some(&known.powers) {
            return Err(Violation::Rights(asset));
        }
    }
    match held.into_iter().next() {
        Some((asset, held)) => Err(Violation::Supply {
            asset,
            held,
            made: 0,
            supply: 0,
        }),
        None => Ok(()),
    }
}

fn check_roles(count: &Count) -> Result<(), Violation> {
    let mut rights: BTreeMap<AssetId, Rights> = BTreeMap::new();
    let mut identities = BTreeSet::new();
    for attachment in count.holdings.values() {
        match attachment {
            Attachment::Authority {
                asset,
                rights: held,
            } => {
                let seen = rights.entry(*asset).or_default();
                if !seen.intersection(*held).is_empty() {
                    return Err(Violation::Rights(*asset));
                }
                *seen = seen.union(*held);
            }
            Attachment::Identity { id } => {
                if !identities.insert(*id) {
                    return Err(Violation::Identity(*id));
                }
            }
            Attachment::Asset { .. } | Attachment::Commitment { .. } => {}
        }
    }
    for (asset, declared) in &count.rights {
        if rights.get(asset).copied().unwrap_or_default() != *declared {
            return Err(Violation::Rights(*asset));
        }
    }
    match identities.symmetric_difference(&count.identities).next() {
        Some(id) => Err(Violation::Identity(*id)),
        None => Ok(()),
    }
}

/// Asks about one transaction of a block what nobody may ever do, whatever the rules said.
pub(crate) fn judge(
    done: &Done,
    (registry, coins): (&Registry, &BTreeMap<OutPoint, Coin>),
    frozen: &BTreeSet<Target>,
) -> Result<(), Violation> {
    let txid = done.tx.compute_txid();
    for (input, spent) in done.tx.input.iter().zip(&done.spent) {
        let Some(Attachment::Asset { id, .. }) = spent.attachment else {
            continue;
        };
        let coin = input.previous_output;
        if registry.seizure(&id, &coin).is_some() {
            continue;
        }
        let script = ScriptDigest::of(&spent.output.script_pubkey);
        for target in [
            Target::Coin { asset: id, coin },
            Target::Script { asset: id, script },
            Target::All { asset: id },
        ] {
            let record = registry.freeze_on(&target);
            let holds = record.is_some_and(|record| done.height < record.stop);
            if (holds || frozen.contains(&target)) && !comes_home(done, &id, registry) {
                return Err(Violation::FrozenSpent { txid, coin });
            }
        }
    }
    let operations = done.effects.envelope.iter().flat_map(|one| &one.operations);
    for operation in operations {
        let Some((asset, needed)) = needs(operation) else {
            continue;
        };
        let only_drops = matches!(operation, Operation::Unfreeze { targets, .. }
        if Target::each(asset, targets).iter().all(|target| {
            let record = registry.freeze_on(target);
            record.is_none_or(|record| record.start == done.height || is_over(&record, done.height))
        }));
        if !only_drops && !held(done, &asset).contains(needed) {
            return Err(Violation::RightFromNowhere { txid, asset });
        }
        if let Operation::ForceTransfer { coin, .. } = operation
            && !is_ordered(&asset, coin, (registry, coins), done.height)
        {
            return Err(Violation::TakenWithoutOrder { txid, coin: *coin });
        }
    }
    check_announced(done)?;
    check_receivers(done, registry)
}

/// Lapsed, and four weeks past its start.
fn is_over(record: &FreezeRecord, height: Height) -> bool {
    record.stop <= height && record.start.saturating_add(40_320) <= height
}

/// A day under an ORDER that everybody could see, on the coin or on its script, and still in force; and the coin was
/// there for all of it.
fn is_ordered(
    asset: &AssetId,
    coin: &OutPoint,
    (registry, coins): (&Registry, &BTreeMap<OutPoint, Coin>),
    height: Height,
) -> bool {
    let a_day_old = |held: &&Coin| held.height.saturating_add(1_440) <= height;
    let Some(held) = coins.get(coin).filter(a_day_old) else {
        return false;
    };
    let (asset, script) = (*asset, ScriptDigest::of(&held.output.script_pubkey));
    let accusing = [
        Target::Coin { asset, coin: *coin },
        Target::Script { asset, script },
    ];
    accusing.iter().any(|target| {
        let record = registry.freeze_on(target);
        record.is_some_and(|record| {
            let day = record.ordered.map(|since| since.saturating_add(1_440));
            height < record.stop && day.is_some_and(|day| day <= height)
        })
    })
}

/// Whoever registers had said so in an earlier block, in words that nobody could read.
fn check_announced(done: &Done) -> Result<(), Violation> {
    let txid = done.tx.compute_txid();
    let operations = done.effects.envelope.iter().flat_map(|one| &one.operations);
    for (index, operation) in (0..).zip(operations) {
        let Operation::RegisterIdentity(register) = operation else {
            continue;
        };
        let id = IdentityId::derive(&done.tx.input[0].previous_output, index, register);
        let mut gets = done.effects.attachments.iter();
        let output = gets.find(|(_, held)| **held == Attachment::Identity { id });
        let announced = output.is_some_and(|(vout, _)| {
            let vout = usize::try_from(*vout).unwrap_or(usize::MAX);
            let digest = Commitment::to(register, &done.tx.output[vout].script_pubkey);
            let held = Some(Attachment::Commitment { digest });
            let mut spent = done.spent.iter();
            spent.any(|coin| coin.attachment == held && coin.height < done.height)
        });
        if !announced {
            return Err(Violation::Unannounced { txid, identity: id });
        }
    }
    Ok(())
}

/// Tells whether every unit of the asset goes to the script that the issuer takes it back on.
fn comes_home(done: &Done, asset: &AssetId, registry: &Registry) -> bool {
    let Some(home) = registry
        .redemption(asset)
        .filter(|home| home.since <= done.height)
    else {
        return false;
    };
    let units = done
        .effects
        .attachments
        .iter()
        .filter(|(_, held)| matches!(held, Attachment::Asset { id, .. } if id == asset));
    let mut scripts = units.map(|(vout, _)| {
        let vout = usize::try_from(*vout).unwrap_or(usize::MAX);
        ScriptDigest::of(&done.tx.output[vout].script_pubkey)
    });
    scripts.all(|script| script == home.script)
}

const fn needs(operation: &Operation) -> Option<(AssetId, Rights)> {
    match operation {
        Operation::Mint { asset, .. } => Some((*asset, Rights::MINT)),
        Operation::Renounce { asset, rights } => Some((*asset, *rights)),
        Operation::Freeze(freeze) => Some((freeze.asset, freeze.tier.rights())),
        Operation::Unfreeze { asset, .. } => Some((*asset, Rights::FREEZE)),
        Operation::SetRedemption { asset, .. } | Operation::ForceTransfer { asset, .. } => {
            Some((*asset, Rights::FREEZE.union(Rights::COMPLIANCE)))
        }
        Operation::SetDocument(document) => Some((document.asset, Rights::META)),
        Operation::Enrol { asset, .. } | Operation::Withdraw { asset, .. } => {
            Some((*asset, Rights::ENROL))
        }
        _ => None,
    }
}

/// Returns the rights over an asset that the inputs hold.
fn held(done: &Done, asset: &AssetId) -> Rights {
    let coins = done.spent.iter();
    coins.fold(Rights::NONE, |all, coin| match &coin.attachment {
        Some(Attachment::Authority {
            asset: over,
            rights,
        }) if over == asset => all.union(*rights),
        _ => all,
    })
}

/// Somebody who is not enrolled gets no more than he gave, unless he enrols himself.
fn check_receivers(done: &Done, before: &Registry) -> Result<(), Violation> {
    let txid = done.tx.compute_txid();
    let output = |vout: u32| &done.tx.output[usize::try_from(vout).unwrap_or(usize::MAX)];
    for (vout, attachment) in &done.effects.attachments {
        let Attachment::Asset { id, .. } = attachment else {
            continue;
        };
        // An asset that opens or begins in this very transaction is not asked for here.
        let Some(asset) = before.asset(id) else {
            continue;
        };
        let renounced = done
            .effects
            .changes
            .iter()
            .flat_map(moneta_mips::Change::entries);
        let opened = renounced.into_iter().any(|entry| {
            matches!(entry.after, Some(moneta_mips::Record::Asset(after))
                if after.id == *id && !after.powers.contains(Rights::ENROL))
        });
        if asset.holders == Holders::Open || !asset.powers.contains(Rights::ENROL) || opened {
            continue;
        }
        let script = &output(*vout).script_pubkey;
        let enrolment = before.enrolment(id, &ScriptDigest::of(script));
        let enrolled =
            enrolment.is_some_and(|one| one.start <= done.height && done.height < one.expiry);
        let gets: u128 = units_on(
            script,
            id,
            done.effects
                .attachments
                .iter()
                .map(|(vout, held)| (&output(*vout).script_pubkey, held)),
        );
        let gave = units_on(
            script,
            id,
            done.spent
                .iter()
                .filter_map(|coin| Some((&coin.output.script_pubkey, coin.attachment.as_ref()?))),
        );
        let registrar = done.effects.attachments.iter().any(|(vout, held)| {
            matches!(held, Attachment::Authority { asset, rights }
                if asset == id && rights.contains(Rights::ENROL))
                && output(*vout).script_pubkey == *script
        });
        if !enrolled && !registrar && gets > gave {
            return Err(Violation::NotEnrolled { txid, asset: *id });
        }
    }
    Ok(())
}

fn units_on<'a>(
    script: &bitcoin::Script,
    asset: &AssetId,
    coins: impl Iterator<Item = (&'a bitcoin::ScriptBuf, &'a Attachment)>,
) -> u128 {
    coins
        .filter(|(owner, _)| ***owner == *script)
        .map(|(_, held)| match held {
            Attachment::Asset { id, amount } if id == asset => u128::from(*amount),
            _ => 0,
        })
        .sum()
}

/// Tells whether a transaction takes an identity over, begins to, or contests a freeze.
pub(crate) fn races(tx: &Transaction) -> bool {
    let found = moneta_mips::find_envelope(tx).ok().flatten();
    found.is_some_and(|found| {
        found.envelope.operations.iter().any(|operation| {
            matches!(
                operation,
                Operation::RecoverIdentity { .. }
                    | Operation::ClaimIdentity { .. }
                    | Operation::Contest { .. }
            )
        })
    })
}

/// Whatever was frozen: a coin that holds grains alone moves.
pub(crate) fn native_coin_moves(chain: &Chain) -> Result<(), Violation> {
    let mut coins = chain.coins().iter();
    let Some((coin, found)) = coins.find(|(_, coin)| coin.attachment.is_none()) else {
        return Ok(());
    };
    let tx = Transaction {
        version: Version::TWO,
        lock_time: absolute::LockTime::ZERO,
        input: vec![TxIn {
            previous_output: *coin,
            ..TxIn::default()
        }],
        output: vec![TxOut {
            value: found.output.value,
            script_pubkey: found.output.script_pubkey.clone(),
        }],
    };
    // As if a block froze this very coin under every asset there is.
    let assets = chain.registry().assets();
    let frozen: BTreeSet<_> = assets
        .flat_map(|asset| {
            let (asset, coin) = (asset.id, *coin);
            [Target::Coin { asset, coin }, Target::All { asset }]
        })
        .collect();
    let scene = Scene {
        registry: chain.registry(),
        coins: &|_| None,
        frozen_in_block: &frozen,
        spent_in_block: &BTreeSet::new(),
        height: Height::new(chain.next_height().to_u32()),
    };
    match check_transaction(&tx, std::slice::from_ref(found), &scene) {
        Ok(_) => Ok(()),
        Err(error) => Err(Violation::NativeFrozen {
            coin: *coin,
            error: Box::new(error),
        }),
    }
}
