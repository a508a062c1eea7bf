//! Compact JWS with ES256K, and secp256k1 keys as JWK (RFC 7515, RFC 8812).
use base64ct::{Base64UrlUnpadded, Encoding};
use bitcoin::hashes::{Hash, sha256};
use secp256k1::ecdsa::Signature;
use secp256k1::{Message, PublicKey, SECP256K1, SecretKey};
use serde_json::{Value, json};

use super::CredentialError;

/// Longest token that is read: a credential with a portrait is far shorter.
const MAX_TOKEN: usize = 1 << 20;

pub(super) fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

pub(super) fn decode(text: &str) -> Result<Vec<u8>, CredentialError> {
    if text.len() > MAX_TOKEN {
        return Err(CredentialError::TooLong);
    }
    Base64UrlUnpadded::decode_vec(text).map_err(|_| CredentialError::Malformed)
}

pub(super) fn decode_json(text: &str) -> Result<Value, CredentialError> {
    serde_json::from_slice(&decode(text)?).map_err(|_| CredentialError::Malformed)
}

/// Returns base64url over the SHA-256 of a text, as SD-JWT names disclosures and presentations.
pub(super) fn digest(text: &str) -> String {
    encode(sha256::Hash::hash(text.as_bytes()).as_byte_array())
}

/// Signs a payload.
pub(super) fn sign(kind: &str, key_id: Option<&str>, payload: &Value, key: &SecretKey) -> String {
    let mut header = json!({"alg": "ES256K", "typ": kind});
    if let Some(key_id) = key_id {
        header["kid"] = json!(key_id);
    }
    let signed = format!(
        "{}.{}",
        encode(header.to_string().as_bytes()),
        encode(payload.to_string().as_bytes())
    );
    // RFC 6979: the same token is signed alike, and no generator can fail us.
    let signature = SECP256K1.sign_ecdsa(&message(&signed), key);
    format!("{signed}.{}", encode(&signature.serialize_compact()))
}

/// A token that has been read, and not yet believed.
pub(super) struct Token<'a> {
    pub(super) header: Value,
    pub(super) payload: Value,
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> Token<'a> {
    pub(super) fn read(text: &'a str) -> Result<Self, CredentialError> {
        let (signed, signature) = text.rsplit_once('.').ok_or(CredentialError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(CredentialError::Malformed)?;
        Ok(Self {
            header: decode_json(header)?,
            payload: decode_json(payload)?,
            signed,
            signature: decode(signature)?,
        })
    }

    /// Checks type, algorithm and signature.
    pub(super) fn check(&self, kind: &str, key: &PublicKey) -> Result<(), CredentialError> {
        if self.header["typ"] != kind {
            return Err(CredentialError::Type);
        }
        if self.header["alg"] != "ES256K" || !self.header["crit"].is_null() {
            return Err(CredentialError::Algorithm);
        }
        let signature = Signature::from_compact(&self.signature);
        let mut signature = signature.map_err(|_| CredentialError::Signature)?;
        // RFC 8812 allows either S; libsecp256k1 verifies the low one only.
        signature.normalize_s();
        let verified = SECP256K1.verify_ecdsa(&message(self.signed), &signature, key);
        verified.map_err(|_| CredentialError::Signature)
    }
}

fn message(signed: &str) -> Message {
    Message::from_digest(sha256::Hash::hash(signed.as_bytes()).to_byte_array())
}

/// Reads a NumericDate (RFC 7519, 2): seconds since 1970, perhaps with a fraction, perhaps before. What is
/// there and is none is refused: read as absent, it would forbid nothing.
pub(super) fn date(claims: &Value, name: &str) -> Result<Option<f64>, CredentialError> {
    match claims.get(name) {
        None => Ok(None),
        Some(value) => value.as_f64().map(Some).ok_or(CredentialError::Malformed),
    }
}

/// Writes a public key as a JWK.
pub fn jwk(key: &PublicKey) -> Value {
    let point = key.serialize_uncompressed();
    let (x, y) = point[1..].split_at(32);
    json!({"kty": "EC", "crv": "secp256k1", "x": encode(x), "y": encode(y)})
}

/// Reads a JWK of this curve.
pub fn read_jwk(value: &Value) -> Option<PublicKey> {
    if value["kty"] != "EC" || value["crv"] != "secp256k1" {
        return None;
    }
    let half = |name: &str| {
        decode(value[name].as_str()?)
            .ok()
            .filter(|half| half.len() == 32)
    };
    let point = [vec![4], half("x")?, half("y")?].concat();
    PublicKey::from_slice(&point).ok()
}
