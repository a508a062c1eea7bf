//! The rules of MIP-2, each under the line of the specification that it enforces.
use moneta_chain::Height;

use super::commit::check_committed;
use super::life::{release, stands};
use super::{IdentityError, Standing, skeleton};
use crate::case::Case;
use crate::ledger::Thing;
use crate::{Change, Entry, Identity, IdentityId, Key, Record, RegisterIdentity, RegistryView};

/// Fewest characters of a handle.
pub const MIN_HANDLE_LEN: usize = 3;
/// Most characters of a handle.
pub const MAX_HANDLE_LEN: usize = 32;
/// Most bytes of an identity's document.
pub const MAX_DOCUMENT_LEN: usize = 1_024;

/// Checks a registration and returns the identity it creates, and what it takes from those who let the handle go.
pub(crate) fn check_register(
    case: &Case<'_>,
    index: u32,
    register: &RegisterIdentity,
) -> Result<Vec<Change>, IdentityError> {
    let former = former_owners(register, &case.registry, case.height)?;
    let mut changes: Vec<Change> = former.iter().flat_map(|id| release(case, id)).collect();
    let identity = Identity {
        id: IdentityId::derive(&case.first_input(), index, register),
        handle: register.handle.clone(),
        document: register.document.clone(),
        recovery: register.recovery,
        registered_in: case.txid,
        registered_at: case.height,
    };
    let id = identity.id;
    check_committed(case, &id, register)?;
    changes.push(Change::Identity {
        after: Box::new(identity),
    });
    changes.extend(stands(id, None, Standing::new(case.height)));
    changes.push(Change::Record(Box::new(Entry {
        key: Key::Skeleton(skeleton(&register.handle)),
        before: None,
        after: Some(Record::Skeleton(id)),
    })));
    Ok(changes)
}

/// Checks all of a registration but its commitment and its price: what to ask before committing.
///
/// # Errors
/// The rule that it would break in a block at `height`.
pub fn check_registration(
    register: &RegisterIdentity,
    registry: &dyn RegistryView,
    height: Height,
) -> Result<(), IdentityError> {
    former_owners(register, registry, height).map(|_| ())
}

/// Checks handle and document, and returns those who let the handle, or one that looks alike, go.
fn former_owners(
    register: &RegisterIdentity,
    registry: &dyn RegistryView,
    height: Height,
) -> Result<Vec<IdentityId>, IdentityError> {
    check_handle(register)?;
    let former = check_handle_free(register, registry, height)?;
    check_document(&register.document)?;
    Ok(former)
}

/// Tells whether `text` can be a handle: 3 to 32 characters of `a-z0-9-`, the first a letter, the last no
/// hyphen, no two hyphens together.
pub fn is_handle(text: &str) -> bool {
    let of_alphabet = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (MIN_HANDLE_LEN..=MAX_HANDLE_LEN).contains(&text.len())
        && text.bytes().all(of_alphabet)
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && !text.ends_with('-')
        && !text.contains("--")
}

/// # Consensus
/// > 2.1 A handle MUST have 3 to 32 characters of `a-z`, `0-9` and `-`, MUST begin with a letter, MUST NOT
/// > end with `-` and MUST NOT hold two `-` together.
fn check_handle(register: &RegisterIdentity) -> Result<(), IdentityError> {
    if !is_handle(&register.handle) {
        return Err(IdentityError::HandleMalformed);
    }
    Ok(())
}

/// # Consensus
/// > 2.2 A handle MUST NOT be registered by any identity before, in an earlier operation of the same
/// > transaction included, unless that identity's handle is released: 43,200 blocks past its expiry.
/// >
/// > 2.5 A handle MUST NOT have the skeleton of another identity's handle that is not released.
fn check_handle_free(
    register: &RegisterIdentity,
    registry: &dyn RegistryView,
    height: Height,
) -> Result<Vec<IdentityId>, IdentityError> {
    let released = |id: &IdentityId| {
        let standing = registry.standing(id);
        standing.is_some_and(|standing| standing.is_released(height))
    };
    let same = registry.identity_of_handle(&register.handle);
    if let Some(by) = same.filter(|by| !released(by)) {
        return Err(IdentityError::HandleTaken { by });
    }
    let alike = registry.identity_of_skeleton(&skeleton(&register.handle));
    if let Some(by) = alike.filter(|by| !released(by)) {
        return Err(IdentityError::HandleConfusable { by });
    }
    let alike = alike.filter(|by| same != Some(*by));
    Ok(same.into_iter().chain(alike).collect())
}

/// # Consensus
/// > 2.3 A document MUST NOT be longer than 1,024 bytes.
pub(super) const fn check_document(document: &str) -> Result<(), IdentityError> {
    let got = document.len();
    if got > MAX_DOCUMENT_LEN {
        return Err(IdentityError::DocumentTooLong { got });
    }
    Ok(())
}

/// # Consensus
/// > 2.4 An identity that is held by an input, registered or claimed, MUST be allocated to exactly one output; no
/// > other identity may be allocated.
pub(crate) fn check_conserved(case: &Case<'_>) -> Result<(), IdentityError> {
    for (thing, sides) in case.ledger.unbalanced() {
        let Thing::Identity(identity) = *thing else {
            continue;
        };
        return Err(if sides.goes_in() == 0 {
            IdentityError::IdentityFromNothing { identity }
        } else if sides.comes_out() == 0 {
            IdentityError::IdentityLost { identity }
        } else {
            IdentityError::IdentityTwice { identity }
        });
    }
    Ok(())
}
