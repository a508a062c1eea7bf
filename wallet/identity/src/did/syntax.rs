//! What a DID and a DID URL look like (DID Core 3.1, 3.2), and those of this method.
use moneta_mips::IdentityId;

/// What every DID of this method begins with.
pub(super) const PREFIX: &str = "did:moneta:";

/// Writes the DID of an identity.
pub fn did_of(id: &IdentityId) -> String {
    format!("{PREFIX}{id}")
}

/// Tells whether `text` is a DID of any method.
pub fn is_did(text: &str) -> bool {
    let Some((method, specific)) = text
        .strip_prefix("did:")
        .and_then(|rest| rest.split_once(':'))
    else {
        return false;
    };
    let named = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let last = specific.rsplit(':').next().unwrap_or_default();
    !method.is_empty()
        && method.bytes().all(named)
        && !last.is_empty()
        && specific.split(':').all(is_id_part)
}

/// Characters of an id: letters, digits, `.`, `-`, `_`, and `%` with two hexadecimal digits.
fn is_id_part(part: &str) -> bool {
    let mut bytes = part.bytes();
    while let Some(byte) = bytes.next() {
        let plain = byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        let mut hexadecimal = || bytes.next().is_some_and(|digit| digit.is_ascii_hexdigit());
        if !(plain || byte == b'%' && hexadecimal() && hexadecimal()) {
            return false;
        }
    }
    true
}

/// Tells whether `text` is a DID URL: a DID, then a path, query and fragment if any; or a relative one that
/// begins with `#`, `?` or `/`.
pub fn is_did_url(text: &str) -> bool {
    let end = text.find(['/', '?', '#', ';']).unwrap_or(text.len());
    let (did, rest) = text.split_at(end);
    let plain = rest.bytes().all(|byte| byte.is_ascii_graphic());
    plain && (is_did(did) || did.is_empty() && rest.len() > 1)
}

/// A DID URL of this method, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DidUrl {
    /// Which identity.
    pub id: IdentityId,
    /// `versionId`: the transaction that made the version.
    pub version: Option<String>,
    /// `versionTime`: the version of that time.
    pub time: Option<String>,
    /// `height`: the version of that height.
    pub height: Option<u32>,
    /// What follows `#`.
    pub fragment: Option<String>,
}

impl DidUrl {
    /// Takes a DID URL apart; nothing if it is none of this method, or asks for what the method does not know.
    pub fn parse(text: &str) -> Option<Self> {
        let (text, fragment) = match text.split_once('#') {
            Some((text, fragment)) => (text, Some(fragment.to_owned())),
            None => (text, None),
        };
        let (did, query) = text.split_once('?').unwrap_or((text, ""));
        let digits = did.strip_prefix(PREFIX)?;
        // One way to write an id: capital letters would be another name of the same.
        if digits.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return None;
        }
        let mut url = Self {
            id: digits.parse().ok()?,
            version: None,
            time: None,
            height: None,
            fragment,
        };
        for parameter in query.split('&').filter(|one| !one.is_empty()) {
            match parameter.split_once('=')? {
                ("versionId", value) => url.version = Some(value.to_owned()),
                ("versionTime", value) => url.time = Some(value.replace("%3A", ":")),
                ("height", value) => url.height = Some(value.parse().ok()?),
                _ => return None,
            }
        }
        let asked = [
            url.version.is_some(),
            url.time.is_some(),
            url.height.is_some(),
        ];
        let at_most_one = asked.into_iter().filter(|asked| *asked).count() <= 1;
        at_most_one.then_some(url)
    }
}
