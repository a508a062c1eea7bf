//! What an issuer does: conceal claims, bind the holder's key, point to a status list, sign.
use secp256k1::{PublicKey, SecretKey};
use serde_json::{Value, json};

use super::disclosure::{add_digest, conceal};
use super::jws::{encode, jwk, sign};
use super::{CredentialError, Salt};
use crate::did::Moment;

/// `typ` of a credential.
pub(super) const CREDENTIAL: &str = "dc+sd-jwt";

/// Where the status of a credential stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusPointer {
    /// Which list: its `sub`.
    pub list: String,
    /// Which entry of it. Drawn at random, so that neighbours say nothing about each other.
    pub index: u64,
}

/// What is to be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims<'a> {
    /// DID of the issuer.
    pub issuer: &'a str,
    /// Fragment of the issuer's key in its DID document, without `#`.
    pub key: &'a str,
    /// Kind of credential: `vct`.
    pub kind: &'a str,
    /// What it says: a JSON object.
    pub about: Value,
    /// JSON pointers of the claims that the holder may show or keep, inner ones before outer ones.
    pub concealed: &'a [&'a str],
    /// Key of the holder.
    pub holder: &'a PublicKey,
    /// From when on it is valid.
    pub from: Moment,
    /// Until when.
    pub until: Moment,
    /// Where its status stands.
    pub status: Option<StatusPointer>,
}

/// Claims that the format itself makes, and that nobody conceals.
const OWN: [&str; 9] = [
    "_sd", "iss", "nbf", "exp", "iat", "cnf", "vct", "status", "_sd_alg",
];

/// Issues a credential: the signed token and every disclosure. One salt is taken for each concealed claim, then
/// one for each decoy: digests of nothing, which hide how many claims there are.
///
/// # Errors
/// A concealed claim is not there, a claim takes a name of the format, or salts are too few.
pub fn issue(
    claims: &Claims<'_>,
    salts: &[Salt],
    key: &SecretKey,
) -> Result<String, CredentialError> {
    let mut payload = claims.about.clone();
    if salts.len() < claims.concealed.len() {
        return Err(CredentialError::ClaimUnknown);
    }
    let (used, decoys) = salts.split_at(claims.concealed.len());
    let taken = |name: &&str| payload.get(*name).is_some();
    if !payload.is_object() || OWN.iter().any(taken) {
        return Err(CredentialError::ClaimUnknown);
    }
    let mut disclosures = Vec::new();
    for (pointer, salt) in claims.concealed.iter().zip(used) {
        disclosures.push(conceal(&mut payload, pointer, salt)?);
    }
    if let Value::Object(fields) = &mut payload {
        for decoy in decoys {
            add_digest(fields, super::jws::digest(&encode(decoy)));
        }
    }
    payload["iss"] = json!(claims.issuer);
    payload["vct"] = json!(claims.kind);
    payload["nbf"] = json!(claims.from.0);
    payload["exp"] = json!(claims.until.0);
    payload["cnf"] = json!({"jwk": jwk(claims.holder)});
    payload["_sd_alg"] = json!("sha-256");
    if let Some(status) = &claims.status {
        payload["status"] = json!({"status_list": {"idx": status.index, "uri": status.list}});
    }
    let key_id = format!("{}#{}", claims.issuer, claims.key);
    let mut text = sign(CREDENTIAL, Some(&key_id), &payload, key) + "~";
    for disclosure in &disclosures {
        text += &disclosure.text;
        text.push('~');
    }
    Ok(text)
}
