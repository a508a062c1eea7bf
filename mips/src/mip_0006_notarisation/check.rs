//! The rules of MIP-6, each under the line of the specification that it enforces.
use super::AnchorError;

/// # Consensus
/// > 6.1 The digest MUST NOT be all zero.
pub(crate) fn check_anchor(digest: &[u8; 32]) -> Result<(), AnchorError> {
    if *digest == [0; 32] {
        return Err(AnchorError::DigestZero);
    }
    Ok(())
}
