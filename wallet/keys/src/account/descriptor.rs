//! An account as text: `wpkh([fingerprint/84'/1'/0']tpub.../<0;1>/*)#checksum` (BIP380, 382, 389).
use std::fmt;
use std::str::FromStr;

use bitcoin::bip32::{ChildNumber, DerivationPath, Fingerprint, Xpub};

use super::AccountPublic;
use super::checksum::checksum;
use super::path::PURPOSE;

/// Longest text that is looked at as a descriptor, in bytes.
const MAX_DESCRIPTOR: usize = 512;

/// Why text is not the descriptor of an account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DescriptorError {
    /// The text is longer than any descriptor of this kind.
    #[error("this text is too long for a descriptor")]
    TooLong,
    /// A character that no descriptor has.
    #[error("a descriptor has plain ASCII characters only")]
    ForeignCharacter,
    /// The checksum does not belong to the text.
    #[error("the checksum is {got}, but the text before it has {expected}: something is mistyped")]
    Checksum {
        /// What the text has.
        expected: String,
        /// What follows the `#`.
        got: String,
    },
    /// Another kind of descriptor.
    #[error("only single-key wpkh(...) descriptors are understood")]
    NotWpkh,
    /// The key says not where it comes from, so no signer would know it as its own.
    #[error("the key needs its origin: [fingerprint/84'/coin'/account']")]
    NoOrigin,
    /// The origin is no account of BIP84, or not that of the key behind it.
    #[error("the origin must be [fingerprint/84'/coin'/account'] of the very key that follows")]
    BadOrigin,
    /// A private key: nobody should have pasted it.
    #[error("this descriptor holds a PRIVATE key; give the one with xpub or tpub")]
    PrivateKey,
    /// The extended public key can't be read.
    #[error("the extended public key is mistyped")]
    BadKey,
    /// The two chains of addresses are missing.
    #[error("the key must end in /<0;1>/*: addresses for others and change (BIP389)")]
    NotMultipath,
}

impl DescriptorError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "descriptor.too_long",
            Self::ForeignCharacter => "descriptor.foreign_character",
            Self::Checksum { .. } => "descriptor.checksum",
            Self::NotWpkh => "descriptor.not_wpkh",
            Self::NoOrigin => "descriptor.no_origin",
            Self::BadOrigin => "descriptor.bad_origin",
            Self::PrivateKey => "descriptor.private_key",
            Self::BadKey => "descriptor.bad_key",
            Self::NotMultipath => "descriptor.not_multipath",
        }
    }
}

impl fmt::Display for AccountPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = format!(
            "wpkh([{}/{}]{}/<0;1>/*)",
            self.fingerprint, self.path, self.xpub
        );
        let sum = checksum(&body).expect("every character is a descriptor's");
        write!(f, "{body}#{sum}")
    }
}

impl FromStr for AccountPublic {
    type Err = DescriptorError;

    /// Reads a descriptor; the checksum may be absent, a wrong one is refused.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.len() > MAX_DESCRIPTOR {
            return Err(DescriptorError::TooLong);
        }
        let body = without_checksum(text)?;
        let inner = body
            .strip_prefix("wpkh(")
            .and_then(|rest| rest.strip_suffix(')'))
            .ok_or(DescriptorError::NotWpkh)?;
        let (origin, key) = inner
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'))
            .ok_or(DescriptorError::NoOrigin)?;
        if key.get(1..4) == Some("prv") {
            return Err(DescriptorError::PrivateKey);
        }
        let key = key
            .strip_suffix("/<0;1>/*")
            .ok_or(DescriptorError::NotMultipath)?;
        let xpub = Xpub::from_str(key).map_err(|_| DescriptorError::BadKey)?;
        let (fingerprint, path) = parse_origin(origin).ok_or(DescriptorError::BadOrigin)?;
        if usize::from(xpub.depth) != path.len() || path.as_ref().last() != Some(&xpub.child_number)
        {
            return Err(DescriptorError::BadOrigin);
        }
        Ok(Self {
            fingerprint,
            path,
            xpub,
        })
    }
}

fn without_checksum(text: &str) -> Result<&str, DescriptorError> {
    let (body, given) = match text.split_once('#') {
        Some((body, given)) => (body, Some(given)),
        None => (text, None),
    };
    let expected = checksum(body).ok_or(DescriptorError::ForeignCharacter)?;
    match given {
        Some(got) if got != expected => Err(DescriptorError::Checksum {
            expected,
            got: got.to_owned(),
        }),
        _ => Ok(body),
    }
}

/// Reads `fingerprint/84'/coin'/account'`.
fn parse_origin(text: &str) -> Option<(Fingerprint, DerivationPath)> {
    let (fingerprint, path) = text.split_once('/')?;
    let fingerprint = Fingerprint::from_str(fingerprint).ok()?;
    let path = DerivationPath::from_str(path).ok()?;
    match *path.as_ref() {
        [
            ChildNumber::Hardened { index: PURPOSE },
            ChildNumber::Hardened { .. },
            ChildNumber::Hardened { .. },
        ] => Some((fingerprint, path)),
        _ => None,
    }
}
