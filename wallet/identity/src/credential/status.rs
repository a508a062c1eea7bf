//! Status lists (Token Status List): two bits for each credential, in a signed token whose SHA-256 the chain holds.
use std::io::{Read, Write};

use bitcoin::hashes::{Hash, sha256};
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use secp256k1::{PublicKey, SecretKey};
use serde_json::json;

use super::jws::{Token, date, decode, encode, sign};
use super::{CredentialError, StatusPointer};
use crate::did::Moment;

/// `typ` of a list.
const LIST: &str = "statuslist+jwt";
/// Bits of an entry.
const BITS: u64 = 2;
/// Most bytes of a list, unpacked: four million credentials.
const MAX_BYTES: u64 = 1 << 20;

/// What an issuer says of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// 0
    Valid,
    /// 1: for ever.
    Revoked,
    /// 2: for a time.
    Suspended,
}

impl Status {
    const fn bits(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Revoked => 1,
            Self::Suspended => 2,
        }
    }

    /// 3 is for applications: we have given it no meaning, so nothing is valid by it.
    const fn read(bits: u8) -> Self {
        match bits {
            0 => Self::Valid,
            2 => Self::Suspended,
            _ => Self::Revoked,
        }
    }
}

/// A list in the issuer's hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusList {
    bytes: Vec<u8>,
}

impl StatusList {
    /// Makes a list of this many credentials, all valid; rounded up to a byte.
    ///
    /// # Errors
    /// It would be longer than any list that is read.
    pub fn new(credentials: u64) -> Result<Self, CredentialError> {
        let bytes = credentials.div_ceil(8 / BITS);
        if bytes > MAX_BYTES {
            return Err(CredentialError::TooLong);
        }
        let bytes = usize::try_from(bytes).map_err(|_| CredentialError::TooLong)?;
        Ok(Self {
            bytes: vec![0; bytes],
        })
    }

    /// Returns the status of an entry.
    pub fn get(&self, index: u64) -> Option<Status> {
        let (at, shift) = place(index)?;
        Some(Status::read(self.bytes.get(at)? >> shift & 0b11))
    }

    /// Sets the status of an entry.
    ///
    /// # Errors
    /// The list has no such entry.
    pub fn set(&mut self, index: u64, status: Status) -> Result<(), CredentialError> {
        let place = place(index).and_then(|(at, shift)| Some((self.bytes.get_mut(at)?, shift)));
        let (byte, shift) = place.ok_or(CredentialError::ListOther)?;
        *byte = *byte & !(0b11 << shift) | status.bits() << shift;
        Ok(())
    }

    /// Signs the list. Its digest, [`StatusList::digest`], is what goes on the chain with an Anchor.
    pub fn sign(
        &self,
        issuer: &str,
        key: &str,
        list: &str,
        now: Moment,
        secret: &SecretKey,
    ) -> String {
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
        let packed = packed
            .write_all(&self.bytes)
            .and_then(|()| packed.finish())
            .expect("writing to a vector can't fail");
        let payload = json!({
            "iss": issuer, "sub": list, "iat": now.0,
            "status_list": {"bits": BITS, "lst": encode(&packed)},
        });
        sign(LIST, Some(&format!("{issuer}#{key}")), &payload, secret)
    }

    /// Returns what is anchored of a signed list.
    pub fn digest(token: &str) -> [u8; 32] {
        sha256::Hash::hash(token.as_bytes()).to_byte_array()
    }
}

/// Where an entry stands: byte and shift, lowest bits first.
fn place(index: u64) -> Option<(usize, u32)> {
    let bit = index.checked_mul(BITS)?;
    let shift = u32::try_from(bit % 8).ok()?;
    Some((usize::try_from(bit / 8).ok()?, shift))
}

/// What the chain knows of a digest: the time of a block that anchors it, from an index or from a proof.
pub type Anchored<'a> = &'a dyn Fn(&[u8; 32]) -> Option<Moment>;

/// Asks a signed list about a credential. The list has to be the issuer's own, and both signed and anchored no
/// longer ago than `oldest` seconds. The anchor keeps an issuer from signing a list later for an earlier time; what
/// it says of when it signed keeps everybody else from anchoring an old list again, where the credential was good.
///
/// An anchor is a digest and doesn't say which list it is of, so an issuer who anchors two lists within `oldest`
/// seconds can show either: a revocation is certain once `oldest` seconds went by since the last list without it.
/// What it can't do is unsay one: every list that counted once is on the chain for ever.
///
/// `key_of` is that of [`super::verify`].
///
/// # Errors
/// The list is not good, or the credential is revoked or suspended.
pub fn check_status(
    (issuer, pointer): (&str, &StatusPointer),
    token: &str,
    (now, oldest): (Moment, u32),
    anchored: Anchored<'_>,
    key_of: &dyn Fn(&str) -> Option<PublicKey>,
) -> Result<(), CredentialError> {
    let since = anchored(&StatusList::digest(token)).ok_or(CredentialError::ListNotAnchored)?;
    if since.0.saturating_add(oldest) < now.0 {
        return Err(CredentialError::ListStale);
    }
    let read = Token::read(token)?;
    let key_id = read.header["kid"]
        .as_str()
        .ok_or(CredentialError::KeyUnknown)?;
    let own = key_id
        .strip_prefix(issuer)
        .is_some_and(|rest| rest.starts_with('#'));
    let key = own.then(|| key_of(key_id)).flatten();
    read.check(LIST, &key.ok_or(CredentialError::KeyUnknown)?)?;
    let made = date(&read.payload, "iat")?.ok_or(CredentialError::Malformed)?;
    if made + f64::from(oldest) < f64::from(now.0) {
        return Err(CredentialError::ListStale);
    }
    if read.payload["sub"] != pointer.list.as_str() || read.payload["iss"] != issuer {
        return Err(CredentialError::ListOther);
    }
    if date(&read.payload, "exp")?.is_some_and(|until| until <= f64::from(now.0)) {
        return Err(CredentialError::ListStale);
    }
    match unpack(&read)?.get(pointer.index) {
        Some(Status::Valid) => Ok(()),
        Some(Status::Suspended) => Err(CredentialError::Suspended),
        Some(Status::Revoked) => Err(CredentialError::Revoked),
        None => Err(CredentialError::ListOther),
    }
}

fn unpack(token: &Token<'_>) -> Result<StatusList, CredentialError> {
    let list = &token.payload["status_list"];
    if list["bits"].as_u64() != Some(BITS) {
        return Err(CredentialError::Malformed);
    }
    let packed = decode(list["lst"].as_str().ok_or(CredentialError::Malformed)?)?;
    // A few bytes can unpack to gigabytes: one more than allowed is enough to know.
    let mut bytes = Vec::new();
    let mut unpacked = ZlibDecoder::new(&packed[..]).take(MAX_BYTES + 1);
    unpacked
        .read_to_end(&mut bytes)
        .map_err(|_| CredentialError::Malformed)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(CredentialError::TooLong);
    }
    Ok(StatusList { bytes })
}
