//! The rules of MIP-2, each under the line of the specification that it enforces.
use super::IdentityError;
use crate::case::Case;
use crate::ledger::Thing;
use crate::{Change, Identity, IdentityId, RegisterIdentity, RegistryView};

/// Fewest characters of a handle.
pub const MIN_HANDLE_LEN: usize = 3;
/// Most characters of a handle.
pub const MAX_HANDLE_LEN: usize = 32;
/// Most bytes of an identity's document.
pub const MAX_DOCUMENT_LEN: usize = 1_024;

/// Checks a registration and returns the identity it creates.
pub(crate) fn check_register(
    case: &Case<'_>,
    index: u32,
    register: &RegisterIdentity,
) -> Result<Change, IdentityError> {
    check_handle(register)?;
    check_handle_free(case, register)?;
    check_document(register)?;
    let identity = Identity {
        id: IdentityId::derive(&case.first_input(), index, register),
        handle: register.handle.clone(),
        document: register.document.clone(),
        recovery: register.recovery,
        registered_in: case.txid,
        registered_at: case.height,
    };
    Ok(Change::Identity {
        after: Box::new(identity),
    })
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
/// > transaction included.
fn check_handle_free(case: &Case<'_>, register: &RegisterIdentity) -> Result<(), IdentityError> {
    match case.registry.identity_of_handle(&register.handle) {
        Some(by) => Err(IdentityError::HandleTaken { by }),
        None => Ok(()),
    }
}

/// # Consensus
/// > 2.3 A document MUST NOT be longer than 1,024 bytes.
const fn check_document(register: &RegisterIdentity) -> Result<(), IdentityError> {
    let got = register.document.len();
    if got > MAX_DOCUMENT_LEN {
        return Err(IdentityError::DocumentTooLong { got });
    }
    Ok(())
}

/// # Consensus
/// > 2.4 An identity that is held by an input, or registered, MUST be allocated to exactly one output; no
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
