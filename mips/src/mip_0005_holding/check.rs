//! The rules of MIP-5, each under the line of the specification that it enforces.
use std::collections::BTreeMap;

use bitcoin::Script;

use super::{Enrolment, HoldingError};
use crate::case::Case;
use crate::{
    Asset, AssetId, Attachment, Change, Entry, Holder, Holders, Key, Record, RegistryView, Rights,
    ScriptDigest,
};

/// Most scripts that one operation enrols or withdraws.
pub(super) const MAX_SCRIPTS: usize = 64;
/// Most blocks from the block that enrols to the end: two years of minutes.
pub(super) const MAX_TERM: u32 = 1_051_200;

impl Asset {
    /// Tells whether only enrolled scripts can receive it: it was issued so, and somebody can still enrol.
    pub const fn asks_for_enrolment(&self) -> bool {
        matches!(self.holders, Holders::Enrolled) && self.powers.contains(Rights::ENROL)
    }
}

/// Checks an enrolment and returns the records it makes. That ENROL is held is 3.8.
pub(crate) fn check_enrol(
    case: &Case<'_>,
    asset: &AssetId,
    holders: &[Holder],
) -> Result<Vec<Change>, HoldingError> {
    check_asks(case, asset)?;
    check_count(holders.len())?;
    holders.iter().try_for_each(|one| check_expiry(case, one))?;
    holders.iter().try_for_each(check_commitment)?;
    Ok(holders
        .iter()
        .map(|holder| enrolled(case, asset, holder))
        .collect())
}

/// Checks a withdrawal and returns what becomes of the records.
pub(crate) fn check_withdraw(
    case: &Case<'_>,
    asset: &AssetId,
    scripts: &[ScriptDigest],
) -> Result<Vec<Change>, HoldingError> {
    check_asks(case, asset)?;
    check_count(scripts.len())?;
    Ok(scripts
        .iter()
        .filter_map(|script| withdrawn(case, asset, script))
        .collect())
}

/// # Consensus
/// > 5.1 An Enrol or Withdraw MUST name an asset whose holders are enrolled.
fn check_asks(case: &Case<'_>, asset: &AssetId) -> Result<(), HoldingError> {
    match case.registry.asset(asset) {
        Some(known) if known.holders == Holders::Enrolled => Ok(()),
        _ => Err(HoldingError::HoldersOpen { asset: *asset }),
    }
}

/// # Consensus
/// > 5.2 An Enrol or Withdraw MUST name 1 to 64 scripts.
const fn check_count(got: usize) -> Result<(), HoldingError> {
    if got == 0 || got > MAX_SCRIPTS {
        return Err(HoldingError::Count { got });
    }
    Ok(())
}

/// # Consensus
/// > 5.3 The expiry of an enrolment MUST be above the height of the block, by at most 1,051,200 blocks.
fn check_expiry(case: &Case<'_>, holder: &Holder) -> Result<(), HoldingError> {
    let (height, expiry) = (case.height, holder.expiry);
    if expiry <= height || expiry.blocks_since(height) > MAX_TERM {
        return Err(HoldingError::Expiry { expiry, height });
    }
    Ok(())
}

/// # Consensus
/// > 5.4 The commitment of an enrolment MUST NOT be all zero.
fn check_commitment(holder: &Holder) -> Result<(), HoldingError> {
    let script = holder.script;
    if holder.commitment == [0; 32] {
        return Err(HoldingError::CommitmentZero { script });
    }
    Ok(())
}

/// A new enrolment counts from the next block on; one that holds keeps its start and takes the new end.
fn enrolled(case: &Case<'_>, asset: &AssetId, holder: &Holder) -> Change {
    let before = case.registry.enrolment(asset, &holder.script);
    let holds = before.as_ref().filter(|one| case.height < one.expiry);
    let after = Enrolment {
        commitment: holder.commitment,
        start: holds.map_or_else(|| case.height.next(), |one| one.start),
        expiry: holder.expiry,
        enrolled_in: case.txid,
    };
    changed(*asset, holder.script, before, Some(after))
}

/// An enrolment that holds ends with the next block; the record of one that is over is dropped.
fn withdrawn(case: &Case<'_>, asset: &AssetId, script: &ScriptDigest) -> Option<Change> {
    let before = case.registry.enrolment(asset, script)?;
    let next = case.height.next();
    let after = (case.height < before.expiry).then(|| Enrolment {
        expiry: before.expiry.min(next),
        ..before.clone()
    });
    if after.as_ref() == Some(&before) {
        return None;
    }
    Some(changed(*asset, *script, Some(before), after))
}

fn changed(
    asset: AssetId,
    script: ScriptDigest,
    before: Option<Enrolment>,
    after: Option<Enrolment>,
) -> Change {
    Change::Record(Box::new(Entry {
        key: Key::Enrolment { asset, script },
        before: before.map(Record::Enrolment),
        after: after.map(Record::Enrolment),
    }))
}

/// # Consensus
/// > 5.5 Units of an asset whose holders are enrolled and whose powers hold ENROL MUST NOT be allocated to a
/// > script, unless it is enrolled at the height of the block, or gets the asset's ENROL right in the same
/// > transaction, or gets no more units in all than the inputs of the same script hold.
pub(crate) fn check_receivers(case: &Case<'_>) -> Result<(), HoldingError> {
    let mut gets: BTreeMap<(AssetId, &Script), (u32, u128)> = BTreeMap::new();
    for allocation in &case.envelope.allocations {
        let Attachment::Asset { id, amount } = allocation.attachment else {
            continue;
        };
        let Some(output) = case.output(allocation.vout) else {
            continue;
        };
        let asks = case
            .registry
            .asset(&id)
            .is_some_and(|one| one.asks_for_enrolment());
        if asks {
            let first = (allocation.vout, 0);
            let (_, sum) = gets.entry((id, &output.script_pubkey)).or_insert(first);
            *sum = sum.saturating_add(u128::from(amount));
        }
    }
    let holds = if gets.is_empty() {
        BTreeMap::new()
    } else {
        held_by_scripts(case)
    };
    for ((asset, script), (vout, allocated)) in gets {
        let held = holds.get(&(asset, script)).copied().unwrap_or_default();
        if allocated > held && !may_receive(case, (&asset, script), vout) {
            return Err(HoldingError::NotEnrolled {
                vout,
                asset,
                allocated,
                held,
            });
        }
    }
    Ok(())
}

fn may_receive(case: &Case<'_>, (asset, script): (&AssetId, &Script), vout: u32) -> bool {
    let digest = case.scripts.paid_by(vout);
    let enrolment = digest.and_then(|digest| case.registry.enrolment(asset, &digest));
    enrolment.is_some_and(|one| one.holds_at(case.height)) || enrols(case, asset, script)
}

/// Tells whether the script gets the right to enrol: who can let anybody in is in.
fn enrols(case: &Case<'_>, asset: &AssetId, script: &Script) -> bool {
    case.envelope.allocations.iter().any(|allocation| {
        let enrols = match &allocation.attachment {
            Attachment::Authority { asset: of, rights } => {
                of == asset && rights.contains(Rights::ENROL)
            }
            _ => false,
        };
        let output = case.output(allocation.vout);
        enrols && output.is_some_and(|output| &*output.script_pubkey == script)
    })
}

/// Sums the units that the inputs of each script hold, all in one pass: there may be thousands of inputs, and a
/// thousand who receive.
fn held_by_scripts<'a>(case: &Case<'a>) -> BTreeMap<(AssetId, &'a Script), u128> {
    let mut holds = BTreeMap::new();
    for coin in case.spent {
        if let Some(Attachment::Asset { id, amount }) = coin.attachment {
            let script: &Script = &coin.output.script_pubkey;
            let sum: &mut u128 = holds.entry((id, script)).or_default();
            *sum = sum.saturating_add(u128::from(amount));
        }
    }
    holds
}
