//! The rules of MIP-1, each under the line of the specification that it enforces.
use std::collections::{BTreeMap, BTreeSet};

use bitcoin::{Transaction, Txid};
use moneta_chain::Height;

use super::redemption::goes_home;
use super::{FreezeError, Target};
use crate::case::{Case, inputs};
use crate::ledger::Thing;
use crate::scripts::Scripts;
use crate::{
    Asset, AssetId, Attachment, Change, Coin, Envelope, FoundEnvelope, Freeze, FreezeRecord,
    Operation, Reason, RegistryView, Rights, Scene, Targets, Tier,
};

/// Most coins or scripts that one operation names.
pub const MAX_FREEZE_TARGETS: usize = 64;
/// Most blocks that FREEZE alone can hold a coin: a week.
pub const MAX_EMERGENCY_BLOCKS: u32 = 10_080;
/// Blocks from the start of an EMERGENCY to the earliest start of another on the same target: four weeks.
pub const EMERGENCY_EVERY: u32 = 40_320;
/// Most blocks of an ORDER: a year. It can be renewed.
pub const MAX_ORDER_BLOCKS: u32 = 525_600;
/// Blocks within which an ORDER has to answer a contest: three days.
pub const CONTEST_BLOCKS: u32 = 4_320;

impl Tier {
    /// Returns the most blocks that a freeze of this tier lasts.
    pub const fn max_blocks(self) -> u32 {
        match self {
            Self::Emergency => MAX_EMERGENCY_BLOCKS,
            Self::Order => MAX_ORDER_BLOCKS,
        }
    }
}

impl Reason {
    /// Returns the reason in plain words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::CourtOrder => "court order",
            Self::Sanctions => "sanctions",
            Self::TheftReport => "theft report",
            Self::HolderRequest => "key lost, or the holder asked for it",
            Self::MisIssuance => "issued by mistake",
            Self::Dispute => "dispute",
            Self::Redemption => "redemption in progress",
            Self::SecurityIncident => "security incident",
        }
    }
}

/// # Consensus
/// > 1.1 A transaction MUST NOT spend a coin that holds units of an asset while a freeze of that coin, of its
/// > script or of the whole asset holds at the height of the block, unless every unit of that asset that the
/// > transaction spends goes to the asset's redemption script.
/// >
/// > 1.2 A freeze in a block MUST be taken to hold for every transaction of that block, whatever their order.
pub(crate) fn check_inputs_free(
    tx: &Transaction,
    spent: &[Coin],
    scripts: &Scripts<'_>,
    scene: &Scene<'_>,
    found: Option<&FoundEnvelope>,
) -> Result<(), FreezeError> {
    // A transaction that freezes what it spends must fail wherever it is judged, also where the caller
    // has no block yet.
    let own: BTreeSet<_> = found.map_or_else(BTreeSet::new, |found| {
        targets_of(&found.envelope).into_iter().collect()
    });
    // Asked once for each asset, not for each of its coins.
    let mut home = BTreeMap::new();
    for (input, (outpoint, coin)) in inputs(tx, spent).enumerate() {
        let digest = || scripts.spent_by(input);
        let Some(targets) = Target::stopping_of(&outpoint, coin, digest) else {
            continue;
        };
        let here = |target| scene.frozen_in_block.contains(target) || own.contains(target);
        let records = targets
            .iter()
            .filter_map(|one| scene.registry.freeze_on(one));
        let holding = records.filter(|record| record.holds_at(scene.height));
        let record = holding.max_by_key(|record| record.stop);
        if record.is_none() && !targets.iter().any(here) {
            continue;
        }
        let [one, ..] = targets;
        let asset = one.asset();
        let goes_home = || goes_home(scripts, found, &asset, scene);
        if !*home.entry(asset).or_insert_with(goes_home) {
            return Err(FreezeError::CoinFrozen {
                outpoint,
                asset,
                reason: record.as_ref().map(|record| record.reason),
                stop: record.as_ref().map(|record| record.stop),
            });
        }
    }
    Ok(())
}

/// Returns everything that `envelope` freezes.
pub(crate) fn targets_of(envelope: &Envelope) -> Vec<Target> {
    let operations = envelope.operations.iter();
    let freezes = operations.filter_map(|operation| match operation {
        Operation::Freeze(freeze) => Some(Target::each(freeze.asset, &freeze.targets)),
        _ => None,
    });
    freezes.flatten().collect()
}

/// # Consensus
/// > 1.12 The record of a coin's freeze MUST be dropped when the coin is spent, and that of any freeze when an
/// > Unfreeze names it after it is over: lapsed, and 40,320 blocks past its start.
pub(crate) fn forget_spent(case: &Case<'_>) -> Vec<Change> {
    inputs(case.tx, case.spent)
        .filter_map(|(coin, spent)| match spent.attachment {
            Some(Attachment::Asset { id: asset, .. }) => Some(Change::Freeze {
                before: Some(case.registry.freeze(&asset, &coin)?),
                after: None,
                asset,
                coin,
            }),
            _ => None,
        })
        .collect()
}

/// Checks a freeze and returns what it changes; a target whose record stays as it is changes nothing.
///
/// # Consensus
/// > 1.23 A Freeze MUST leave no record of a coin that a transaction of its block spends, and MUST NOT be refused on
/// > account of it.
pub(crate) fn check_freeze(case: &Case<'_>, freeze: &Freeze) -> Result<Vec<Change>, FreezeError> {
    check_targets(&freeze.targets)?;
    check_stop(freeze, case.height)?;
    check_jurisdiction(freeze)?;
    check_document(freeze)?;
    let mut changes = Vec::new();
    for target in Target::each(freeze.asset, &freeze.targets) {
        if matches!(&target, Target::Coin { coin, .. } if case.is_spent_in_block(coin)) {
            continue;
        }
        let before = case.registry.freeze_on(&target);
        let after = match &before {
            None => record_of(freeze, (case.height, freeze.stop), None, case),
            Some(earlier) => frozen_again(earlier, freeze, &target, case)?,
        };
        changes.extend(target.change(before, Some(after)));
    }
    Ok(changes)
}

/// # Consensus
/// > 1.11 Unfreeze MUST end a freeze that holds with the next block, and MUST leave everything else as it
/// > is: naming what is not frozen is valid and does nothing.
pub(crate) fn check_unfreeze(
    case: &Case<'_>,
    asset: &AssetId,
    targets: &Targets,
) -> Result<Vec<Change>, FreezeError> {
    check_targets(targets)?;
    let only_drops = lifts_nothing(case, asset, targets);
    let mut changes = Vec::new();
    for target in Target::each(*asset, targets) {
        let Some(before) = case.registry.freeze_on(&target) else {
            continue;
        };
        if only_drops && !before.is_over(case.height) {
            continue;
        }
        check_order_lifted(case, asset, &target, &before)?;
        let after = (!before.is_over(case.height)).then(|| FreezeRecord {
            stop: before.stop.min(case.height.next()),
            ..before.clone()
        });
        changes.extend(target.change(Some(before), after));
    }
    Ok(changes)
}

/// Tells whether an Unfreeze without FREEZE is one that only drops records.
///
/// # Consensus
/// > 1.24 An Unfreeze MUST NOT take FREEZE where no target that it names has a freeze that is not over and began
/// > before this block; without FREEZE it MUST leave what is not over as it is.
pub(crate) fn lifts_nothing(case: &Case<'_>, asset: &AssetId, targets: &Targets) -> bool {
    let freeze = Thing::Right(*asset, Rights::FREEZE.bits());
    let counts = |record: FreezeRecord| !record.is_over(case.height) && record.start < case.height;
    case.ledger.sides(&freeze).held == 0
        && !Target::each(*asset, targets)
            .iter()
            .filter_map(|target| case.registry.freeze_on(target))
            .any(counts)
}

/// # Consensus
/// > 1.13 An Unfreeze of an ORDER that holds MUST have COMPLIANCE held by an input too, unless nobody has
/// > COMPLIANCE over the asset any more.
fn check_order_lifted(
    case: &Case<'_>,
    asset: &AssetId,
    target: &Target,
    record: &FreezeRecord,
) -> Result<(), FreezeError> {
    let stands = record.tier == Tier::Order && record.holds_at(case.height);
    let compliance = Thing::Right(*asset, Rights::COMPLIANCE.bits());
    let exists = |asset: Asset| asset.powers.contains(Rights::COMPLIANCE);
    let held = case.ledger.sides(&compliance).held > 0;
    if stands && !held && case.registry.asset(asset).is_some_and(exists) {
        let target = *target;
        return Err(FreezeError::OrderStands { target });
    }
    Ok(())
}

/// # Consensus
/// > 1.5 A Freeze, Unfreeze or Contest MUST name 1 to 64 coins, 1 to 64 scripts, or the whole asset.
pub(super) const fn check_targets(targets: &Targets) -> Result<(), FreezeError> {
    let got = targets.len();
    if got == 0 || got > MAX_FREEZE_TARGETS {
        return Err(FreezeError::TargetCount { got });
    }
    Ok(())
}

/// # Consensus
/// > 1.6 The stop height MUST be greater than the height of the block, by at most 10,080 for EMERGENCY and
/// > 525,600 for ORDER.
fn check_stop(freeze: &Freeze, height: Height) -> Result<(), FreezeError> {
    let stop = freeze.stop;
    if stop <= height {
        return Err(FreezeError::StopPassed { stop, height });
    }
    let most = height.saturating_add(freeze.tier.max_blocks());
    if stop > most {
        return Err(FreezeError::StopTooFar { stop, most });
    }
    Ok(())
}

/// # Consensus
/// > 1.7 The jurisdiction MUST be two letters `A` to `Z`.
fn check_jurisdiction(freeze: &Freeze) -> Result<(), FreezeError> {
    if !freeze.jurisdiction.iter().all(u8::is_ascii_uppercase) {
        return Err(FreezeError::JurisdictionMalformed);
    }
    Ok(())
}

/// # Consensus
/// > 1.8 The document hash of an ORDER MUST NOT be all zero.
fn check_document(freeze: &Freeze) -> Result<(), FreezeError> {
    if freeze.tier == Tier::Order && freeze.document == [0; 32] {
        return Err(FreezeError::DocumentMissing);
    }
    Ok(())
}

/// # Consensus
/// > 1.9 Freezing a target again MUST NOT shorten a freeze that holds. An EMERGENCY MUST NOT change an ORDER
/// > that holds; an ORDER takes the place of an EMERGENCY.
/// >
/// > 1.10 Within 40,320 blocks of a record's start, an EMERGENCY on the same target MUST NOT reach beyond the
/// > start + 10,080, nor beyond 4,320 blocks after a contest: where the old freeze still holds it is cut to
/// > that height, and where that height is passed it MUST be refused.
fn frozen_again(
    earlier: &FreezeRecord,
    freeze: &Freeze,
    target: &Target,
    case: &Case<'_>,
) -> Result<FreezeRecord, FreezeError> {
    let (start, height) = (earlier.start, case.height);
    let holds = earlier.holds_at(height);
    let (start, stop) = match freeze.tier {
        Tier::Emergency if holds && earlier.tier == Tier::Order => return Ok(earlier.clone()),
        Tier::Emergency if earlier.is_over(height) => (height, freeze.stop),
        Tier::Emergency => {
            let last = earlier.emergency_ends();
            if !holds && height >= last {
                let again = start.saturating_add(EMERGENCY_EVERY);
                return Err(FreezeError::EmergencyUsed {
                    target: *target,
                    start,
                    last,
                    again,
                });
            }
            (start, freeze.stop.min(last))
        }
        Tier::Order if holds => (start, freeze.stop),
        Tier::Order => (height, freeze.stop),
    };
    if holds && stop <= earlier.stop && freeze.tier == earlier.tier {
        return Ok(earlier.clone());
    }
    let stop = if holds { stop.max(earlier.stop) } else { stop };
    let goes_on = (start == earlier.start).then_some(earlier);
    Ok(record_of(freeze, (start, stop), goes_on, case))
}

/// Returns the record that an operation leaves; `earlier` is the one that it goes on from, if any. An ORDER
/// answers a contest; the time under an ORDER counts from the first of an unbroken row.
fn record_of(
    freeze: &Freeze,
    (start, stop): (Height, Height),
    earlier: Option<&FreezeRecord>,
    case: &Case<'_>,
) -> FreezeRecord {
    let order = freeze.tier == Tier::Order;
    let unbroken = earlier.filter(|earlier| earlier.holds_at(case.height));
    let ordered = unbroken.and_then(|earlier| earlier.ordered);
    let contested = earlier.and_then(|earlier| earlier.contested);
    let frozen_in: Txid = case.txid;
    FreezeRecord {
        tier: freeze.tier,
        start,
        stop,
        reason: freeze.reason,
        jurisdiction: freeze.jurisdiction,
        document: freeze.document,
        frozen_in,
        ordered: order.then(|| ordered.unwrap_or(case.height)),
        contested: contested.filter(|_| !order),
    }
}
