//! Why a transaction breaks a rule of MIP-6: one variant, one rule.
use super::check::MAX_URI_LEN;

/// Why a transaction breaks a rule of MIP-6.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotarisationError {
    /// The digest is all zero.
    #[error("the digest is all zero: no document has it")]
    DigestZero,
    /// The URI is too long or holds something else than plain characters.
    #[error("a document's URI has at most {MAX_URI_LEN} printable ASCII characters and no space")]
    UriMalformed,
}

codes!(NotarisationError {
    DigestZero => "mip0006.digest_zero",
    UriMalformed => "mip0006.uri_malformed",
});
