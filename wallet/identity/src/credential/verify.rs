//! What a verifier does: believe nothing that is not signed, disclosed, bound, timely and asked for.
use secp256k1::PublicKey;
use serde_json::Value;

use super::disclosure::reveal;
use super::issue::CREDENTIAL;
use super::jws::{Token, date, digest};
use super::present::{PROOF, split};
use super::{Audience, CredentialError, Disclosure, StatusPointer, read_jwk};
use crate::did::Moment;

/// Longest presentation that is read.
const MAX_LENGTH: usize = 1 << 20;
/// Seconds that a holder's clock may be ahead.
const SKEW: u32 = 60;
/// Claims that stand in the signed token as they are (SD-JWT VC, "Registered JWT Claims"): a holder who could withhold them could
/// hide that a credential is revoked, or not valid yet.
const PLAIN: [&str; 7] = ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"];

/// What a verifier asks for.
pub struct Expectation<'a> {
    /// Kind of credential.
    pub kind: &'a str,
    /// For whom the proof has to be.
    pub audience: Audience<'a>,
    /// Now.
    pub now: Moment,
    /// Seconds that a proof may be old.
    pub proof_age: u32,
}

/// What a presentation proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// DID of the issuer.
    pub issuer: String,
    /// The claims that were shown.
    pub claims: Value,
    /// Key of the holder.
    pub holder: PublicKey,
    /// Where the status stands; to be asked with [`super::check_status`]. An issuer who concealed it against the
    /// rules gave credentials that can be shown without: where all of a kind have one, refuse those that have none.
    pub status: Option<StatusPointer>,
}

/// Verifies a presentation. `key_of` finds the issuer's key by its DID URL, in a document resolved from the chain,
/// and only if the document lets it make assertions: [`crate::did::assertion_key`] does both.
///
/// # Errors
/// The first thing that does not hold.
pub fn verify(
    presentation: &str,
    expected: &Expectation<'_>,
    key_of: &dyn Fn(&str) -> Option<PublicKey>,
) -> Result<Verified, CredentialError> {
    if presentation.len() > MAX_LENGTH {
        return Err(CredentialError::TooLong);
    }
    let end = presentation.rfind('~').ok_or(CredentialError::Malformed)?;
    let (shown, proof) = presentation.split_at(end.saturating_add(1));
    let (token, disclosures) = split(shown)?;
    let token = Token::read(token)?;
    let issuer = check_issuer(&token, key_of)?;
    let disclosures = disclosures
        .into_iter()
        .map(Disclosure::read)
        .collect::<Result<Vec<_>, _>>()?;
    let claims = reveal(&token.payload, &disclosures)?;
    check_plain(&token.payload, &claims)?;
    check_terms(&claims, expected)?;
    let holder = read_jwk(&claims["cnf"]["jwk"]).ok_or(CredentialError::NotBound)?;
    check_proof(proof, shown, &holder, expected)?;
    let status = status_of(&claims)?;
    Ok(Verified {
        issuer,
        claims,
        holder,
        status,
    })
}

/// The key that signed has to be one of the DID that is named as issuer.
fn check_issuer(
    token: &Token<'_>,
    key_of: &dyn Fn(&str) -> Option<PublicKey>,
) -> Result<String, CredentialError> {
    let issuer = token.payload["iss"]
        .as_str()
        .ok_or(CredentialError::Malformed)?;
    let key_id = token.header["kid"]
        .as_str()
        .ok_or(CredentialError::KeyUnknown)?;
    let own = key_id
        .strip_prefix(issuer)
        .is_some_and(|rest| rest.starts_with('#'));
    let key = own.then(|| key_of(key_id)).flatten();
    token.check(CREDENTIAL, &key.ok_or(CredentialError::KeyUnknown)?)?;
    Ok(issuer.to_owned())
}

/// > MUST NOT be included in the Disclosures, i.e. cannot be selectively disclosed
///
/// Neither whole nor in part: what disclosures make of these claims is what was signed.
fn check_plain(payload: &Value, claims: &Value) -> Result<(), CredentialError> {
    let same = |name: &&str| payload.get(*name) == claims.get(*name);
    match PLAIN.iter().all(same) {
        true => Ok(()),
        false => Err(CredentialError::Disclosure),
    }
}

fn check_terms(claims: &Value, expected: &Expectation<'_>) -> Result<(), CredentialError> {
    let now = f64::from(expected.now.0);
    if claims["vct"] != expected.kind {
        return Err(CredentialError::Kind);
    }
    // When it was made is the issuer's to say and forbids nothing, but a date it has to be.
    date(claims, "iat")?;
    if date(claims, "nbf")?.is_some_and(|from| now < from) {
        return Err(CredentialError::NotYet);
    }
    // Without an end it could never run out: such a credential is not ours.
    if date(claims, "exp")?.is_none_or(|until| until <= now) {
        return Err(CredentialError::Expired);
    }
    Ok(())
}

fn check_proof(
    proof: &str,
    shown: &str,
    holder: &PublicKey,
    expected: &Expectation<'_>,
) -> Result<(), CredentialError> {
    if proof.is_empty() {
        return Err(CredentialError::NotBound);
    }
    let proof = Token::read(proof)?;
    proof.check(PROOF, holder)?;
    let said = &proof.payload;
    if said["aud"] != expected.audience.name {
        return Err(CredentialError::Audience);
    }
    if said["nonce"] != expected.audience.nonce {
        return Err(CredentialError::Nonce);
    }
    let now = expected.now.0;
    let made = date(said, "iat")?.ok_or(CredentialError::ProofAge)?;
    let oldest = now.saturating_sub(expected.proof_age);
    if made < f64::from(oldest) || made > f64::from(now) + f64::from(SKEW) {
        return Err(CredentialError::ProofAge);
    }
    if said["sd_hash"] != digest(shown) {
        return Err(CredentialError::ProofDigest);
    }
    Ok(())
}

fn status_of(claims: &Value) -> Result<Option<StatusPointer>, CredentialError> {
    let Some(status) = claims.get("status") else {
        return Ok(None);
    };
    let list = &status["status_list"];
    match (list["uri"].as_str(), list["idx"].as_u64()) {
        (Some(uri), Some(index)) => Ok(Some(StatusPointer {
            list: uri.to_owned(),
            index,
        })),
        _ => Err(CredentialError::Malformed),
    }
}
