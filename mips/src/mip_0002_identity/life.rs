//! The life of an identity: the rules of MIP-2 from its second transaction on.
use std::borrow::Cow;

use moneta_chain::Height;

use super::check::check_document;
use super::record::{RECOVERY_BLOCKS, Recovery, Standing, TERM_BLOCKS};
use super::{IdentityError, skeleton};
use crate::case::Case;
use crate::ledger::Thing;
use crate::{
    Attachment, Change, Coin, Entry, Identity, IdentityId, Key, Record, RegistryView, ScriptDigest,
};

/// Most years from now that a handle can be paid for.
pub const MAX_YEARS: u8 = 10;

/// Returns the coins as the rules see them.
///
/// # Consensus
/// > 2.15 A coin that holds an identity and is older than the last ClaimIdentity of it MUST be taken to hold
/// > nothing.
pub(crate) fn as_they_count<'a>(spent: &'a [Coin], registry: &dyn RegistryView) -> Cow<'a, [Coin]> {
    let is_void = |coin: &Coin| match coin.attachment {
        Some(Attachment::Identity { id }) => {
            let claimed = registry.standing(&id).and_then(|standing| standing.claimed);
            claimed.is_some_and(|claimed| coin.height < claimed)
        }
        _ => false,
    };
    if !spent.iter().any(is_void) {
        return Cow::Borrowed(spent);
    }
    let mut coins = spent.to_vec();
    for coin in &mut coins {
        if is_void(coin) {
            coin.attachment = None;
        }
    }
    Cow::Owned(coins)
}

/// # Consensus
/// > 2.13 A transaction that spends the coin of an identity MUST end a recovery of it that is under way.
pub(crate) fn end_recoveries(case: &Case<'_>) -> Vec<Change> {
    let held = case.spent.iter().filter_map(|coin| match coin.attachment {
        Some(Attachment::Identity { id }) => Some(id),
        _ => None,
    });
    let ended = held.filter_map(|id| {
        let before = case.registry.standing(&id)?;
        before.recovery?;
        let after = Standing {
            recovery: None,
            ..before
        };
        stands(id, Some(before), after)
    });
    ended.collect()
}

/// # Consensus
/// > 2.6 An UpdateIdentity, and an IssueAsset that names an issuer, MUST have the identity held by an input, and
/// > the identity MUST be in force: paid for and not revoked.
pub(crate) fn check_in_force(case: &Case<'_>, identity: &IdentityId) -> Result<(), IdentityError> {
    let standing = case.registry.standing(identity);
    if standing.is_some_and(|standing| !standing.is_in_force(case.height)) {
        return Err(IdentityError::NotInForce {
            identity: *identity,
        });
    }
    Ok(())
}

/// Checks an update and returns the record that it leaves.
pub(crate) fn check_update(
    case: &Case<'_>,
    identity: &IdentityId,
    document: &str,
    recovery: &[u8; 32],
) -> Result<Option<Change>, IdentityError> {
    let before = known(case, identity)?;
    if !is_held(case, identity) {
        return Err(IdentityError::NotHeld {
            identity: *identity,
        });
    }
    check_in_force(case, identity)?;
    check_document(document)?;
    let after = Identity {
        document: document.to_owned(),
        recovery: *recovery,
        ..before.clone()
    };
    Ok((before != after).then(|| profile(before, after)))
}

/// # Consensus
/// > 2.7 A RenewIdentity MUST name the handle of an identity of an earlier block that is neither revoked nor
/// > released, and 1 to 10 years, and MUST NOT pay for more than 10 years from here.
pub(crate) fn check_renew(
    case: &Case<'_>,
    handle: &str,
    years: u8,
) -> Result<Option<Change>, IdentityError> {
    let id = case.registry.identity_of_handle(handle);
    let id = id.filter(|id| known(case, id).is_ok());
    let before = id.and_then(|id| Some((id, case.registry.standing(&id)?)));
    let alive = |standing: &Standing| {
        !standing.is_revoked(case.height) && !standing.is_released(case.height)
    };
    let Some((id, before)) = before.filter(|(_, standing)| alive(standing)) else {
        return Err(IdentityError::NothingToRenew);
    };
    let expiry = paid_until(before.expiry, years);
    let most = paid_until(case.height, MAX_YEARS);
    if years == 0 || years > MAX_YEARS || expiry > most {
        return Err(IdentityError::RenewedTooFar { expiry, most });
    }
    Ok(stands(id, Some(before), Standing { expiry, ..before }))
}

/// # Consensus
/// > 2.8 A registration MUST pay for 525,600 blocks from its height, and each year of a renewal for 525,600 more
/// > from the expiry.
fn paid_until(from: Height, years: u8) -> Height {
    // 255 years of minutes are far below 2^32.
    from.saturating_add(TERM_BLOCKS.saturating_mul(u32::from(years)))
}

/// # Consensus
/// > 2.11 A RecoverIdentity MUST have an input that spends a coin of the identity's recovery script. The identity
/// > can be claimed from 10,080 blocks later on; naming the same receiver again changes nothing.
pub(crate) fn check_recover(
    case: &Case<'_>,
    identity: &IdentityId,
    to: &ScriptDigest,
) -> Result<Option<Change>, IdentityError> {
    let record = known(case, identity)?;
    check_recovery_spends(case, &record)?;
    let before = case.registry.standing(identity);
    let standing = before.unwrap_or_else(|| Standing::new(record.registered_at));
    if standing.is_revoked(case.height) {
        return Err(IdentityError::NotInForce {
            identity: *identity,
        });
    }
    if standing
        .recovery
        .is_some_and(|under_way| under_way.to == *to)
    {
        return Ok(None);
    }
    let recovery = Some(Recovery {
        to: *to,
        ready: case.height.saturating_add(RECOVERY_BLOCKS),
    });
    Ok(stands(
        *identity,
        before,
        Standing {
            recovery,
            ..standing
        },
    ))
}

/// # Consensus
/// > 2.12 A ClaimIdentity MUST come when a recovery is ready, and the identity MUST be allocated to the script that
/// > the recovery names.
pub(crate) fn check_claim(
    case: &Case<'_>,
    identity: &IdentityId,
) -> Result<Option<Change>, IdentityError> {
    let before = case.registry.standing(identity);
    let under_way = before.and_then(|standing| Some((standing, standing.recovery?)));
    let ready = under_way.filter(|(_, recovery)| case.height >= recovery.ready);
    let Some((standing, recovery)) = ready else {
        let ready = under_way.map(|(_, recovery)| recovery.ready);
        return Err(IdentityError::RecoveryNotReady {
            identity: *identity,
            ready,
        });
    };
    let mut allocations = case.envelope.allocations.iter();
    let goes_there = allocations.any(|one| {
        one.attachment == Attachment::Identity { id: *identity }
            && case.scripts.paid_by(one.vout) == Some(recovery.to)
    });
    if !goes_there {
        return Err(IdentityError::ClaimedElsewhere {
            identity: *identity,
        });
    }
    let after = Standing {
        recovery: None,
        claimed: Some(case.height),
        ..standing
    };
    Ok(stands(*identity, Some(standing), after))
}

/// # Consensus
/// > 2.14 A RevokeIdentity MUST have the identity held by an input, or an input that spends a coin of its recovery
/// > script. It is for ever, and counts from the next block on; repeating it changes nothing.
pub(crate) fn check_revoke(
    case: &Case<'_>,
    identity: &IdentityId,
) -> Result<Option<Change>, IdentityError> {
    let record = known(case, identity)?;
    if !is_held(case, identity) {
        check_recovery_spends(case, &record)?;
    }
    let before = case.registry.standing(identity);
    let standing = before.unwrap_or_else(|| Standing::new(record.registered_at));
    if standing.revoked.is_some() {
        return Ok(None);
    }
    let after = Standing {
        revoked: Some(case.height),
        recovery: None,
        ..standing
    };
    Ok(stands(*identity, before, after))
}

/// Returns the changes that free the handle of an identity which nobody renewed in time.
///
/// # Consensus
/// > 2.9 When a handle is registered that is released, or that has the skeleton of one that is, the identity that
/// > had that one MUST keep its id and lose its handle: the handle of its record is empty from then on, and the
/// > records of handle and skeleton no longer name it.
pub(super) fn release(case: &Case<'_>, id: &IdentityId) -> Vec<Change> {
    let Some(before) = case.registry.identity(id) else {
        return Vec::new();
    };
    let handle = before.handle.clone();
    let gone = |key, record| {
        Change::Record(Box::new(Entry {
            key,
            before: Some(record),
            after: None,
        }))
    };
    let after = Identity {
        handle: String::new(),
        ..before.clone()
    };
    let skeleton = skeleton(&handle);
    let mut changes = vec![
        profile(before, after),
        gone(Key::Handle(handle), Record::Handle(*id)),
    ];
    if case.registry.identity_of_skeleton(&skeleton) == Some(*id) {
        changes.push(gone(Key::Skeleton(skeleton), Record::Skeleton(*id)));
    }
    changes
}

/// # Consensus
/// > 2.10 An operation MUST name an identity of the registry, registered in an earlier block.
fn known(case: &Case<'_>, identity: &IdentityId) -> Result<Identity, IdentityError> {
    let unknown = IdentityError::IdentityUnknown {
        identity: *identity,
    };
    // In its own block the order of transactions would decide.
    let found = case.registry.identity(identity);
    let found = found.filter(|found| found.registered_at < case.height);
    found.ok_or(unknown)
}

fn is_held(case: &Case<'_>, identity: &IdentityId) -> bool {
    case.ledger.sides(&Thing::Identity(*identity)).held > 0
}

fn check_recovery_spends(case: &Case<'_>, identity: &Identity) -> Result<(), IdentityError> {
    let recovery = ScriptDigest(identity.recovery);
    let proven = identity.recovery != [0; 32] && case.scripts.is_spent(&recovery);
    if !proven {
        let identity = identity.id;
        return Err(IdentityError::NotRecovery { identity });
    }
    Ok(())
}

fn profile(before: Identity, after: Identity) -> Change {
    Change::Record(Box::new(Entry {
        key: Key::Identity(after.id),
        before: Some(Record::Identity(Box::new(before))),
        after: Some(Record::Identity(Box::new(after))),
    }))
}

pub(super) fn stands(id: IdentityId, before: Option<Standing>, after: Standing) -> Option<Change> {
    if before == Some(after) {
        return None;
    }
    Some(Change::Record(Box::new(Entry {
        key: Key::Standing(id),
        before: before.map(Record::Standing),
        after: Some(Record::Standing(after)),
    })))
}
