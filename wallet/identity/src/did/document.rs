//! From what an owner wrote on the chain to a DID document that conforms, whatever he wrote.
use bitcoin::base58;
use moneta_mips::IdentityId;
use secp256k1::PublicKey;
use serde_json::{Map, Value, json};

use super::conformance::{RELATIONSHIPS, is_method, is_service, is_uri};
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

/// Finds the secp256k1 key that a DID URL names, if its document lets it make assertions: what issuers sign
/// credentials and status lists with (DID Core 5.3.2).
pub fn assertion_key(document: &Value, url: &str) -> Option<PublicKey> {
    let entries = |name: &str| {
        let list = document[name].as_array();
        list.into_iter().flatten()
    };
    let named = |entry: &&Value| entry["id"] == url;
    let mut asserting = entries("assertionMethod");
    let embedded = entries("assertionMethod").find(named);
    let method = match asserting.any(|entry| entry == url) {
        true => entries("verificationMethod").find(named),
        false => embedded,
    };
    verification_key(method?)
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
    document.insert("id".into(), json!(did));
    // An identity outlives its handle; without one it is known by no other name.
    let name = json!(format!("moneta:{handle}"));
    if is_uri(&name) {
        document.insert("alsoKnownAs".into(), json!([name]));
    }
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
    document.insert("@context".into(), contexts(&document));
    Value::Object(document)
}

/// Entries that pass, each id once, and each id of this DID: nobody speaks for somebody else's keys.
fn distinct(value: Option<&Value>, test: &dyn Fn(&Value) -> bool, did: &str) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for entry in value.and_then(Value::as_array).into_iter().flatten() {
        let id = entry.as_str().or_else(|| entry["id"].as_str());
        let own = id
            .and_then(|id| id.strip_prefix(did))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
        let again = kept
            .iter()
            .any(|other| entry == other || id.is_some() && other["id"].as_str() == id);
        if own && test(entry) && !again {
            kept.push(entry.clone());
        }
    }
    kept
}

/// Explains the forms of keys that the document holds, wherever it holds them.
fn contexts(document: &Map<String, Value>) -> Value {
    let lists = ["verificationMethod"].into_iter().chain(RELATIONSHIPS);
    let lists = lists.filter_map(|name| document.get(name)?.as_array());
    let keys: Vec<&Value> = lists.flatten().collect();
    let has = |name: &str| keys.iter().any(|key| key.get(name).is_some());
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
