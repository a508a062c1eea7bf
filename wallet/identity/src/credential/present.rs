//! What a holder does: choose what to show, and prove that the credential is his.
use std::collections::BTreeSet;

use secp256k1::SecretKey;
use serde_json::{Value, json};

use super::jws::{digest, sign};
use super::{CredentialError, Disclosure};
use crate::did::Moment;

/// `typ` of the proof.
pub(super) const PROOF: &str = "kb+jwt";

/// For whom something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audience<'a> {
    /// Who asked.
    pub name: &'a str,
    /// What he asked with: a fresh random text.
    pub nonce: &'a str,
}

/// Shows the claims that `show` picks, and proves that the holder's key is at hand, to one audience only. A claim
/// within a concealed one is shown together with that one.
///
/// # Errors
/// The credential can't be read.
pub fn present(
    credential: &str,
    show: &dyn Fn(&Disclosure) -> bool,
    audience: Audience<'_>,
    now: Moment,
    key: &SecretKey,
) -> Result<String, CredentialError> {
    let (token, disclosures) = split(credential)?;
    let all = disclosures
        .iter()
        .map(|text| Disclosure::read(text))
        .collect::<Result<Vec<_>, _>>()?;
    let mut shown: BTreeSet<String> = BTreeSet::new();
    for disclosure in all.iter().filter(|one| show(one)) {
        with_parents(disclosure, &all, &mut shown);
    }
    let mut text = format!("{token}~");
    for disclosure in all.iter().filter(|one| shown.contains(&one.text)) {
        text += &disclosure.text;
        text.push('~');
    }
    let proof = json!({
        "iat": now.0, "aud": audience.name, "nonce": audience.nonce, "sd_hash": digest(&text),
    });
    Ok(text + &sign(PROOF, None, &proof, key))
}

/// Parts a credential or the front of a presentation: the signed token, then disclosures with a `~` after each.
pub(super) fn split(text: &str) -> Result<(&str, Vec<&str>), CredentialError> {
    let body = text.strip_suffix('~').ok_or(CredentialError::Malformed)?;
    let mut parts = body.split('~');
    let token = parts.next().ok_or(CredentialError::Malformed)?;
    Ok((token, parts.collect()))
}

fn with_parents(disclosure: &Disclosure, all: &[Disclosure], shown: &mut BTreeSet<String>) {
    if !shown.insert(disclosure.text.clone()) {
        return;
    }
    let digest = disclosure.digest();
    for parent in all.iter().filter(|other| mentions(&other.value, &digest)) {
        with_parents(parent, all, shown);
    }
}

fn mentions(value: &Value, digest: &str) -> bool {
    match value {
        Value::Object(fields) => fields.iter().any(|(name, value)| match name.as_str() {
            "_sd" => value
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one == digest)),
            "..." => value == digest,
            _ => mentions(value, digest),
        }),
        Value::Array(values) => values.iter().any(|value| mentions(value, digest)),
        _ => false,
    }
}
