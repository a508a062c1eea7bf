//! The rules of MIP-1, each under the line of the specification that it enforces.
use std::collections::BTreeSet;

use bitcoin::{OutPoint, Transaction, Txid};
use moneta_chain::Height;

use super::FreezeError;
use crate::case::{Case, inputs};
use crate::{
    AssetId, Attachment, Change, Coin, Envelope, FoundEnvelope, Freeze, FreezeRecord, Operation,
    Reason, RegistryView, Scene, Tier,
};

/// Most coins that one operation freezes or unfreezes.
pub const MAX_FREEZE_TARGETS: usize = 64;
/// Most blocks that FREEZE alone can hold a coin: a week.
pub const MAX_EMERGENCY_BLOCKS: u32 = 10_080;
/// Most blocks of an ORDER: a year. It can be renewed.
pub const MAX_ORDER_BLOCKS: u32 = 525_600;

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
/// > 1.1 A transaction MUST NOT spend a coin that holds units of an asset while a freeze of that coin
/// > under that asset holds at the height of the block.
/// >
/// > 1.2 A freeze in a block MUST be taken to hold for every transaction of that block, whatever their order.
pub(crate) fn check_inputs_free(
    tx: &Transaction,
    spent: &[Coin],
    scene: &Scene<'_>,
    found: Option<&FoundEnvelope>,
) -> Result<(), FreezeError> {
    // A transaction that freezes what it spends must fail wherever it is judged, also where the caller
    // has no block yet.
    let own = found.map(|found| targets_of(&found.envelope));
    let frozen_here: BTreeSet<_> = own.into_iter().flatten().collect();
    for (outpoint, coin) in inputs(tx, spent) {
        let Some(Attachment::Asset { id: asset, .. }) = coin.attachment else {
            continue;
        };
        let record = scene.registry.freeze(&asset, &outpoint);
        let record = record.filter(|record| record.holds_at(scene.height));
        let key = (asset, outpoint);
        if record.is_some() || scene.frozen_in_block.contains(&key) || frozen_here.contains(&key) {
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

/// Returns every (asset, coin) that `envelope` freezes.
pub(crate) fn targets_of(envelope: &Envelope) -> impl Iterator<Item = (AssetId, OutPoint)> {
    let operations = envelope.operations.iter();
    let freezes = operations.filter_map(|operation| match operation {
        Operation::Freeze(freeze) => Some(freeze),
        _ => None,
    });
    freezes.flat_map(|freeze| freeze.targets.iter().map(|coin| (freeze.asset, *coin)))
}

/// # Consensus
/// > 1.12 The record of a freeze MUST be dropped when the coin is spent.
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
pub(crate) fn check_freeze(case: &Case<'_>, freeze: &Freeze) -> Result<Vec<Change>, FreezeError> {
    check_targets(&freeze.targets)?;
    check_stop(freeze, case.height)?;
    check_jurisdiction(freeze)?;
    check_document(freeze)?;
    let mut changes = Vec::new();
    for coin in &freeze.targets {
        let before = case.registry.freeze(&freeze.asset, coin);
        let after = match &before {
            None => record_of(freeze, case.height, freeze.stop, case.txid),
            Some(earlier) => frozen_again(earlier, freeze, coin, case)?,
        };
        changes.extend(change_of(freeze.asset, *coin, before, after));
    }
    Ok(changes)
}

/// # Consensus
/// > 1.11 Unfreeze MUST end a freeze that holds with the next block, and MUST leave everything else as it
/// > is: naming a coin that is not frozen is valid and does nothing.
pub(crate) fn check_unfreeze(
    case: &Case<'_>,
    asset: &AssetId,
    targets: &[OutPoint],
) -> Result<Vec<Change>, FreezeError> {
    check_targets(targets)?;
    let lift = |coin: &OutPoint| {
        let before = case.registry.freeze(asset, coin)?;
        let mut after = before.clone();
        after.stop = after.stop.min(case.height.next());
        change_of(*asset, *coin, Some(before), after)
    };
    Ok(targets.iter().filter_map(lift).collect())
}

/// # Consensus
/// > 1.5 A Freeze or Unfreeze MUST name 1 to 64 coins.
fn check_targets(targets: &[OutPoint]) -> Result<(), FreezeError> {
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
/// > 1.9 Freezing a coin again MUST NOT shorten a freeze that holds. An EMERGENCY MUST NOT change an ORDER
/// > that holds; an ORDER takes the place of an EMERGENCY.
/// >
/// > 1.10 On a coin with a record, an EMERGENCY MUST NOT reach beyond the record's start + 10,080: where the
/// > old freeze still holds it is cut to that height, and where that height is passed it MUST be refused.
fn frozen_again(
    earlier: &FreezeRecord,
    freeze: &Freeze,
    coin: &OutPoint,
    case: &Case<'_>,
) -> Result<FreezeRecord, FreezeError> {
    let (start, height) = (earlier.start, case.height);
    let holds = earlier.holds_at(height);
    let (start, stop) = match freeze.tier {
        Tier::Emergency if holds && earlier.tier == Tier::Order => return Ok(earlier.clone()),
        Tier::Emergency => {
            let last = start.saturating_add(MAX_EMERGENCY_BLOCKS);
            if !holds && height >= last {
                let outpoint = *coin;
                return Err(FreezeError::EmergencyUsed {
                    outpoint,
                    start,
                    last,
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
    Ok(record_of(freeze, start, stop, case.txid))
}

const fn record_of(freeze: &Freeze, start: Height, stop: Height, frozen_in: Txid) -> FreezeRecord {
    FreezeRecord {
        tier: freeze.tier,
        start,
        stop,
        reason: freeze.reason,
        jurisdiction: freeze.jurisdiction,
        document: freeze.document,
        frozen_in,
    }
}

fn change_of(
    asset: AssetId,
    coin: OutPoint,
    before: Option<FreezeRecord>,
    after: FreezeRecord,
) -> Option<Change> {
    (before.as_ref() != Some(&after)).then_some(Change::Freeze {
        asset,
        coin,
        before,
        after: Some(after),
    })
}
