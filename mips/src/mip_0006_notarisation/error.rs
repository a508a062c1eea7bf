//! Why a transaction breaks a rule of MIP-6: one variant, one rule.

/// Why a transaction breaks a rule of MIP-6.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnchorError {
    /// The digest is all zero.
    #[error("the digest to notarise is all zero: no document has it")]
    DigestZero,
}

impl AnchorError {
    /// Every code there is, so that a test can ask for a vector of each.
    pub const CODES: &'static [&'static str] = &["mip0006.digest_zero"];

    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::DigestZero => "mip0006.digest_zero",
        }
    }
}
