//! Identities, and their DID documents (W3C DID Core 1.0).
use moneta_api_types as api;
use moneta_identity::did::did_of;
use moneta_mips::Identity;
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

/// Writes the DID document: what the owner registered, as far as DID Core admits it.
pub(crate) fn did_document(identity: &Identity) -> Value {
    moneta_identity::did::document(&identity.id, &identity.handle, &identity.document)
}

#[cfg(test)]
mod tests {
    use bitcoin::Txid;
    use bitcoin::hashes::Hash;
    use moneta_chain::Height;
    use moneta_mips::IdentityId;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_speaks_for_its_own_identity_only() {
        let identity = Identity {
            id: IdentityId([7; 32]),
            handle: "acme".into(),
            document: r##"{"id":"did:moneta:somebody-else","verificationMethod":[{"id":"#k","type":"Multikey",
                "publicKeyMultibase":"z6Mk"}],"assertionMethod":["#k"]}"##
                .into(),
            recovery: [0; 32],
            registered_in: Txid::all_zeros(),
            registered_at: Height::new(1),
        };
        let did = format!("did:moneta:{}", "07".repeat(32));
        let document = did_document(&identity);
        assert_eq!(document["id"], json!(did));
        assert_eq!(
            document["@context"][0],
            json!("https://www.w3.org/ns/did/v1")
        );
        assert_eq!(
            document["verificationMethod"][0]["id"],
            json!(format!("{did}#k"))
        );
        assert_eq!(document["verificationMethod"][0]["controller"], json!(did));
        assert_eq!(document["assertionMethod"][0], json!(format!("{did}#k")));
        assert_eq!(document["alsoKnownAs"], json!(["moneta:acme"]));
    }
}
