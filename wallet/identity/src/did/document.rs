//! From what an owner wrote on the chain to a DID document that conforms, whatever he wrote.
use bitcoin::base58;
use moneta_mips::IdentityId;
use secp256k1::PublicKey;
use serde_json::{Map, Value, json};

use super::conformance::{RELATIONSHIPS, is_method, is_service};
use super::{did_of, is_did_url};
use crate::credential::read_jwk;

/// Multicodec of a compressed secp256k1 key, as an unsigned varint.
const SECP256K1: [u8; 2] = [0xe7, 0x01];

/// Writes a public key as a Multikey: base58btc over the multicodec and 33 bytes, as `did:key` does.
pub fn multikey(key: &PublicKey) -> String {
    let bytes = [&SECP256K1[..], &key.serialize()].concat();
    format!("z{}", base58::encode(&bytes))
}

/// Reads the secp256k1 key of a verification method, as Multikey or as JWK; nothing if it has none.
pub fn verification_key(method: &Value) -> Option<PublicKey> {
    match method["publicKeyMultibase"].as_str() {
        Some(text) => read_multikey(text),
        None => read_jwk(&method["publicKeyJwk"]),
    }
}

/// Reads a Multikey of this curve.
pub(super) fn read_multikey(text: &str) -> Option<PublicKey> {
    let bytes = base58::decode(text.strip_prefix('z')?).ok()?;
    PublicKey::from_slice(bytes.strip_prefix(&SECP256K1)?).ok()
}

/// Writes the DID document of an identity: keys, relationships and services that its owner wrote and that
/// DID Core admits, under its own DID. What does not conform is left out, entry by entry: a slip in one
/// service must not take the keys away.
pub fn document(id: &IdentityId, handle: &str, written: &str) -> Value {
    let did = did_of(id);
    let mut written: Map<String, Value> = match serde_json::from_str(written) {
        Ok(Value::Object(written)) => written,
        _ => Map::new(),
    };
    written.values_mut().for_each(|value| complete(value, &did));
    let mut document = Map::new();
    document.insert("@context".into(), contexts(&written));
    document.insert("id".into(), json!(did));
    document.insert("alsoKnownAs".into(), json!([format!("moneta:{handle}")]));
    let mut copy = |name: &str, test: &dyn Fn(&Value) -> bool| {
        let entries = distinct(written.get(name), test, &did);
        if !entries.is_empty() {
            document.insert(name.into(), Value::Array(entries));
        }
    };
    copy("verificationMethod", &is_method);
    for name in RELATIONSHIPS {
        copy(name, &|key| {
            key.as_str().is_some_and(is_did_url) || is_method(key)
        });
    }
    copy("service", &is_service);
    Value::Object(document)
}

/// Entries that pass, each id once, and each id of this DID: nobody speaks for somebody else's keys.
fn distinct(value: Option<&Value>, test: &dyn Fn(&Value) -> bool, did: &str) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for entry in value.and_then(Value::as_array).into_iter().flatten() {
        let id = entry.as_str().or_else(|| entry["id"].as_str());
        let own = id.is_some_and(|id| id.starts_with(did));
        let again = kept
            .iter()
            .any(|other| entry == other || id.is_some() && other["id"].as_str() == id);
        if own && test(entry) && !again {
            kept.push(entry.clone());
        }
    }
    kept
}

fn contexts(written: &Map<String, Value>) -> Value {
    let keys = written.get("verificationMethod").and_then(Value::as_array);
    let has = |name: &str| keys.is_some_and(|keys| keys.iter().any(|key| key.get(name).is_some()));
    let mut list = vec!["https://www.w3.org/ns/did/v1"];
    if has("publicKeyMultibase") {
        list.push("https://w3id.org/security/multikey/v1");
    }
    if has("publicKeyJwk") {
        list.push("https://w3id.org/security/jwk/v1");
    }
    json!(list)
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
