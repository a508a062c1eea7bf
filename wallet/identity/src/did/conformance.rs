//! What DID Core 1.0 asks of a document's data model (chapters 4 and 5), for documents of any method.
use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{is_did, is_did_url};

/// Why a document does not conform.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotConformant {
    /// It is no map of properties.
    #[error("a DID document is a JSON object")]
    NoObject,
    /// `id` is missing or no DID.
    #[error("`id` is not a DID")]
    Id,
    /// A property has another shape than DID Core gives it.
    #[error("the property `{0}` is not what DID Core asks for")]
    Property(&'static str),
    /// Two entries of a set have one id.
    #[error("two entries of `{0}` have the same id")]
    Twice(&'static str),
}

/// What keys can be for (DID Core 5.3).
pub(super) const RELATIONSHIPS: [&str; 5] = [
    "authentication",
    "assertionMethod",
    "keyAgreement",
    "capabilityInvocation",
    "capabilityDelegation",
];

/// Checks a document against the data model.
///
/// # Errors
/// The first property that does not conform.
pub fn check_document(document: &Value) -> Result<(), NotConformant> {
    let document = document.as_object().ok_or(NotConformant::NoObject)?;
    if !document
        .get("id")
        .and_then(Value::as_str)
        .is_some_and(is_did)
    {
        return Err(NotConformant::Id);
    }
    let ok = |name: &'static str, holds: bool| match holds {
        true => Ok(()),
        false => Err(NotConformant::Property(name)),
    };
    let absent_or = |name: &str, test: &dyn Fn(&Value) -> bool| document.get(name).is_none_or(test);
    ok("controller", absent_or("controller", &is_controller))?;
    ok(
        "alsoKnownAs",
        absent_or("alsoKnownAs", &|names| each(names, is_uri)),
    )?;
    let methods = |value: &Value| each(value, is_method);
    ok(
        "verificationMethod",
        absent_or("verificationMethod", &methods),
    )?;
    for name in RELATIONSHIPS {
        let keys = |value: &Value| each(value, |key| is_reference(key) || is_method(key));
        ok(name, absent_or(name, &keys))?;
    }
    ok(
        "service",
        absent_or("service", &|value| each(value, is_service)),
    )?;
    check_distinct(document)
}

fn check_distinct(document: &Map<String, Value>) -> Result<(), NotConformant> {
    for name in ["verificationMethod", "service"] {
        let entries = document
            .get(name)
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let mut seen = BTreeSet::new();
        let mut ids = entries.filter_map(|entry| entry["id"].as_str());
        if ids.any(|id| !seen.insert(id)) {
            return Err(NotConformant::Twice(if name == "service" {
                "service"
            } else {
                "verificationMethod"
            }));
        }
    }
    Ok(())
}

fn each(value: &Value, test: impl Fn(&Value) -> bool) -> bool {
    value
        .as_array()
        .is_some_and(|values| values.iter().all(test))
}

fn is_controller(value: &Value) -> bool {
    let did = |value: &Value| value.as_str().is_some_and(is_did);
    did(value) || each(value, did)
}

/// A scheme, a colon and something that can be seen.
pub(super) fn is_uri(value: &Value) -> bool {
    let Some((scheme, rest)) = value.as_str().and_then(|text| text.split_once(':')) else {
        return false;
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(plain)
        && !rest.is_empty()
        && rest.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_reference(value: &Value) -> bool {
    value.as_str().is_some_and(is_did_url)
}

/// A verification method (DID Core 5.2): public keys only, in one form.
pub(super) fn is_method(value: &Value) -> bool {
    let Some(method) = value.as_object() else {
        return false;
    };
    let text = |name: &str| method.get(name).and_then(Value::as_str);
    let jwk = method.get("publicKeyJwk");
    let multibase = method.get("publicKeyMultibase");
    let private = ["d", "p", "q", "dp", "dq", "qi", "k"];
    let public = |key: &Value| {
        key.as_object().is_some_and(|key| {
            key.get("kty").is_some_and(Value::is_string)
                && !private.iter().any(|name| key.contains_key(*name))
        })
    };
    text("id").is_some_and(is_did_url)
        && text("type").is_some_and(|name| !name.is_empty())
        && text("controller").is_some_and(is_did)
        && !(jwk.is_some() && multibase.is_some())
        && jwk.is_none_or(public)
        && multibase.is_none_or(Value::is_string)
}

/// A service (DID Core 5.4).
pub(super) fn is_service(value: &Value) -> bool {
    let Some(service) = value.as_object() else {
        return false;
    };
    let id = service.get("id");
    let id_holds = id.is_some_and(|id| is_uri(id) || id.as_str().is_some_and(is_did_url));
    let kind = service.get("type");
    let kind_holds = kind.is_some_and(|kind| kind.is_string() || each(kind, Value::is_string));
    let endpoint = |value: &Value| is_uri(value) || value.is_object();
    let endpoints = service.get("serviceEndpoint");
    id_holds && kind_holds && endpoints.is_some_and(|one| endpoint(one) || each(one, endpoint))
}
