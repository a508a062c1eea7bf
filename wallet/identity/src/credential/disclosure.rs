//! Selective disclosure (RFC 9901, 4 and 7): claims to digests, and back for those that are shown.
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::CredentialError;
use super::jws::{decode_json, digest, encode};

/// Random bytes that keep a concealed claim from being guessed. Whoever calls draws them.
pub type Salt = [u8; 16];

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 32;

/// One claim that can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// As it travels.
    pub(super) text: String,
    /// Name of the claim; nothing for an element of an array.
    pub name: Option<String>,
    /// What it says.
    pub value: Value,
}

impl Disclosure {
    fn new(salt: &Salt, name: Option<&str>, value: Value) -> Self {
        let salt = encode(salt);
        let array = match name {
            Some(name) => json!([salt, name, value]),
            None => json!([salt, value]),
        };
        Self {
            text: encode(array.to_string().as_bytes()),
            name: name.map(str::to_owned),
            value,
        }
    }

    /// Reads a disclosure.
    ///
    /// # Errors
    /// It is none, or takes a name that only the format itself has.
    pub fn read(text: &str) -> Result<Self, CredentialError> {
        let value = decode_json(text)?;
        let mut parts = match value {
            Value::Array(parts) if matches!(parts.len(), 2 | 3) => parts,
            _ => return Err(CredentialError::Disclosure),
        };
        let value = parts.pop().ok_or(CredentialError::Disclosure)?;
        let name = match (parts.len(), parts.pop()) {
            (1, Some(Value::String(_))) => None,
            (2, Some(Value::String(name))) if name != "_sd" && name != "..." => Some(name),
            _ => return Err(CredentialError::Disclosure),
        };
        if name.is_some() && !parts.first().is_some_and(Value::is_string) {
            return Err(CredentialError::Disclosure);
        }
        Ok(Self {
            text: text.to_owned(),
            name,
            value,
        })
    }

    /// Returns what stands for it in the credential.
    pub fn digest(&self) -> String {
        digest(&self.text)
    }
}

/// Conceals the claim or array element that a JSON pointer names. Inner ones are concealed before outer ones.
pub(super) fn conceal(
    claims: &mut Value,
    pointer: &str,
    salt: &Salt,
) -> Result<Disclosure, CredentialError> {
    let (parent, name) = pointer
        .rsplit_once('/')
        .ok_or(CredentialError::ClaimUnknown)?;
    let name = name.replace("~1", "/").replace("~0", "~");
    match claims
        .pointer_mut(parent)
        .ok_or(CredentialError::ClaimUnknown)?
    {
        Value::Object(fields) => conceal_field(fields, &name, salt),
        Value::Array(values) => {
            let at: usize = name.parse().map_err(|_| CredentialError::ClaimUnknown)?;
            let place = values.get_mut(at).ok_or(CredentialError::ClaimUnknown)?;
            let disclosure = Disclosure::new(salt, None, place.take());
            *place = json!({"...": disclosure.digest()});
            Ok(disclosure)
        }
        _ => Err(CredentialError::ClaimUnknown),
    }
}

fn conceal_field(
    fields: &mut Map<String, Value>,
    name: &str,
    salt: &Salt,
) -> Result<Disclosure, CredentialError> {
    if name == "_sd" || name == "..." {
        return Err(CredentialError::ClaimUnknown);
    }
    let value = fields.remove(name).ok_or(CredentialError::ClaimUnknown)?;
    let disclosure = Disclosure::new(salt, Some(name), value);
    add_digest(fields, disclosure.digest());
    Ok(disclosure)
}

/// Adds a digest, in the order of the digests: where it stands says nothing about which claim it is.
pub(super) fn add_digest(fields: &mut Map<String, Value>, digest: String) {
    let digests = fields.entry("_sd").or_insert_with(|| json!([]));
    if let Value::Array(digests) = digests {
        digests.push(Value::String(digest));
        digests.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    }
}

/// Puts the disclosures into the payload of a credential and takes everything of the format out.
pub(super) fn reveal(
    payload: &Value,
    disclosures: &[Disclosure],
) -> Result<Value, CredentialError> {
    if !matches!(payload["_sd_alg"].as_str(), None | Some("sha-256")) {
        return Err(CredentialError::Algorithm);
    }
    let mut left: BTreeMap<String, &Disclosure> = BTreeMap::new();
    for disclosure in disclosures {
        if left.insert(disclosure.digest(), disclosure).is_some() {
            return Err(CredentialError::DigestTwice);
        }
    }
    let mut reveal = Reveal {
        left,
        seen: BTreeSet::new(),
    };
    let mut claims = reveal.value(payload, 0)?;
    if !reveal.left.is_empty() {
        return Err(CredentialError::DisclosureUnused);
    }
    if let Value::Object(fields) = &mut claims {
        fields.remove("_sd_alg");
    }
    Ok(claims)
}

struct Reveal<'a> {
    left: BTreeMap<String, &'a Disclosure>,
    /// Every digest that was met: each stands once.
    seen: BTreeSet<String>,
}

impl Reveal<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<Value, CredentialError> {
        if depth > MAX_DEPTH {
            return Err(CredentialError::TooLong);
        }
        match value {
            Value::Object(fields) => self.fields(fields, depth).map(Value::Object),
            Value::Array(values) => self.elements(values, depth).map(Value::Array),
            other => Ok(other.clone()),
        }
    }

    fn fields(
        &mut self,
        fields: &Map<String, Value>,
        depth: usize,
    ) -> Result<Map<String, Value>, CredentialError> {
        let mut shown = Map::new();
        for (name, value) in fields.iter().filter(|(name, _)| *name != "_sd") {
            shown.insert(name.clone(), self.value(value, depth + 1)?);
        }
        let digests = match fields.get("_sd") {
            None => return Ok(shown),
            Some(Value::Array(digests)) => digests,
            Some(_) => return Err(CredentialError::Malformed),
        };
        for found in digests {
            let Some(disclosure) = self.take(found)? else {
                continue;
            };
            let name = disclosure.name.clone().ok_or(CredentialError::Disclosure)?;
            let value = self.value(&disclosure.value, depth + 1)?;
            if shown.insert(name, value).is_some() {
                return Err(CredentialError::Disclosure);
            }
        }
        Ok(shown)
    }

    fn elements(&mut self, values: &[Value], depth: usize) -> Result<Vec<Value>, CredentialError> {
        let mut shown = Vec::new();
        for value in values {
            match value
                .as_object()
                .filter(|fields| fields.len() == 1)
                .and_then(|fields| fields.get("..."))
            {
                None => shown.push(self.value(value, depth + 1)?),
                Some(found) => {
                    let Some(disclosure) = self.take(found)? else {
                        continue;
                    };
                    if disclosure.name.is_some() {
                        return Err(CredentialError::Disclosure);
                    }
                    shown.push(self.value(&disclosure.value, depth + 1)?);
                }
            }
        }
        Ok(shown)
    }

    fn take(&mut self, found: &Value) -> Result<Option<Disclosure>, CredentialError> {
        let found = found.as_str().ok_or(CredentialError::Malformed)?;
        if !self.seen.insert(found.to_owned()) {
            return Err(CredentialError::DigestTwice);
        }
        Ok(self.left.remove(found).cloned())
    }
}
