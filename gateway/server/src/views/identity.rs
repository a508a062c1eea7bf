//! Identities, and their DID documents (W3C DID Core 1.0).
use moneta_api_types as api;
use moneta_mips::{Identity, IdentityId};
use serde_json::{Map, Value, json};

/// Writes an identity.
pub(crate) fn render_identity(identity: &Identity, registered_at: Option<u32>) -> api::Identity {
    api::Identity {
        id: identity.id.to_string(),
        handle: identity.handle.clone(),
        did: did(&identity.id),
        document: serde_json::from_str(&identity.document).unwrap_or(Value::Null),
        registered_in: identity.registered_in.to_string(),
        registered_at,
    }
}

fn did(id: &IdentityId) -> String {
    format!("did:moneta:{id}")
}

/// Writes the DID document: what the owner registered, with `id` and context put in by us, and relative
/// references (`#key-1`) made whole.
pub(crate) fn did_document(identity: &Identity) -> Value {
    let did = did(&identity.id);
    let mut document: Map<String, Value> = match serde_json::from_str(&identity.document) {
        Ok(Value::Object(document)) => document,
        _ => Map::new(),
    };
    for value in document.values_mut() {
        complete(value, &did);
    }
    // Whatever the owner wrote there: an identity speaks for itself only.
    document.insert("id".into(), json!(did));
    let context = document.entry("@context").or_insert(json!([]));
    let core = json!("https://www.w3.org/ns/did/v1");
    match context {
        Value::Array(contexts) if contexts.first() == Some(&core) => {}
        Value::Array(contexts) => contexts.insert(0, core),
        other if *other == core => {}
        other => *other = json!([core, other.clone()]),
    }
    let handle = json!(format!("moneta:{}", identity.handle));
    match document.entry("alsoKnownAs").or_insert(json!([])) {
        Value::Array(names) if !names.contains(&handle) => names.push(handle),
        _ => {}
    }
    Value::Object(document)
}

/// Makes `#key-1` the absolute `did:moneta:...#key-1`, and names the controller where none is named.
fn complete(value: &mut Value, did: &str) {
    match value {
        Value::String(text) if text.starts_with('#') => *text = format!("{did}{text}"),
        Value::Array(values) => values.iter_mut().for_each(|value| complete(value, did)),
        Value::Object(fields) => {
            fields.values_mut().for_each(|value| complete(value, did));
            let is_key =
                fields.contains_key("publicKeyMultibase") || fields.contains_key("publicKeyJwk");
            if is_key {
                fields.entry("controller").or_insert(json!(did));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use bitcoin::Txid;
    use bitcoin::hashes::Hash;
    use moneta_chain::Height;

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
