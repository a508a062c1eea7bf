//! Identities, and their DID documents (W3C DID Core 1.0).
use moneta_api_types as api;
use moneta_identity::did::{Moment, Version, Versions, did_of};
use moneta_index::{IndexError, View};
use moneta_mips::{Identity, IdentityId};
use serde_json::Value;

/// Writes an identity.
pub(crate) fn render_identity(identity: &Identity, registered_at: Option<u32>) -> api::Identity {
    api::Identity {
        id: identity.id.to_string(),
        handle: identity.handle.clone(),
        did: did_of(&identity.id),
        document: serde_json::from_str(&identity.document).unwrap_or(Value::Null),
        registered_in: identity.registered_in.to_string(),
        registered_at,
    }
}

/// What an identity was over time, as a resolver asks for it.
pub(crate) struct KnownVersions(IdentityId, Vec<Version>);

impl KnownVersions {
    /// Reads the versions of an identity.
    ///
    /// # Errors
    /// The index fails.
    pub(crate) fn of(id: &IdentityId, view: &View) -> Result<Self, IndexError> {
        let mut versions: Vec<Version> = Vec::new();
        for one in view.identity_versions(id)? {
            let block = view.block(one.place.height)?;
            let last = versions.last();
            // A revoked identity may still lose its handle; it stays revoked.
            let deactivated = one.identity.is_none() || last.is_some_and(|last| last.deactivated);
            let (handle, document) = match one.identity {
                Some(identity) => (identity.handle, identity.document),
                None => last.map_or_else(Default::default, |last| {
                    (last.handle.clone(), last.document.clone())
                }),
            };
            versions.push(Version {
                made_in: one.txid,
                height: one.place.height.to_u32(),
                time: Moment(block.map_or(0, |block| block.header.time)),
                handle,
                document,
                deactivated,
            });
        }
        Ok(Self(*id, versions))
    }
}

impl Versions for KnownVersions {
    fn versions(&self, id: &IdentityId) -> Vec<Version> {
        match *id == self.0 {
            true => self.1.clone(),
            false => Vec::new(),
        }
    }
}
