//! Why a transaction breaks a rule of MIP-6: one variant, one rule.

/// Why a transaction breaks a rule of MIP-6.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnchorError {
    /// The digest is all zero.
    #[error("the digest to notarise is all zero: no document has it")]
    DigestZero,
}

codes!(AnchorError {
    DigestZero => "mip0006.digest_zero",
});
