//! The rules of MIP-6, each under the line of the specification that it enforces.
use super::{AssetDocument, NotarisationError};
use crate::case::Case;
use crate::{Change, Entry, Key, Record, RegistryView, SetDocument};

/// Most bytes of a document's address.
pub(super) const MAX_URI_LEN: usize = 256;

/// # Consensus
/// > 6.1 The digest of an Anchor or a SetDocument MUST NOT be all zero.
pub(crate) fn check_digest(digest: &[u8; 32]) -> Result<(), NotarisationError> {
    if *digest == [0; 32] {
        return Err(NotarisationError::DigestZero);
    }
    Ok(())
}

/// Checks a document of an asset and returns its record. That META is held is 3.8.
pub(crate) fn check_set_document(
    case: &Case<'_>,
    document: &SetDocument,
) -> Result<Change, NotarisationError> {
    check_digest(&document.digest)?;
    check_uri(document)?;
    let (asset, kind) = (document.asset, document.kind);
    let before = case.registry.document(&asset, kind);
    let versions = before.as_ref().map_or(0, |one| one.version);
    let after = AssetDocument {
        digest: document.digest,
        uri: document.uri.clone(),
        // One a block at most: the count never passes 32 bits.
        version: versions.saturating_add(1),
        set_in: case.txid,
        set_at: case.height,
    };
    Ok(Change::Record(Box::new(Entry {
        key: Key::Document { asset, kind },
        before: before.map(Record::Document),
        after: Some(Record::Document(after)),
    })))
}

/// # Consensus
/// > 6.2 The URI MUST NOT be longer than 256 bytes and MUST hold nothing but the characters `!` to `~`.
fn check_uri(document: &SetDocument) -> Result<(), NotarisationError> {
    let plain = document.uri.bytes().all(|byte| byte.is_ascii_graphic());
    if !plain || document.uri.len() > MAX_URI_LEN {
        return Err(NotarisationError::UriMalformed);
    }
    Ok(())
}
