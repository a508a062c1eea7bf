//! Why a transaction breaks a rule of MIP-2: one variant, one rule.
use crate::IdentityId;

/// Why a transaction breaks a rule of MIP-2.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The handle breaks the grammar.
    #[error(
        "a handle has 3 to 32 characters of a-z, 0-9 and -, begins with a letter, does not end with -, and has no two - together"
    )]
    HandleMalformed,
    /// Somebody has the handle already.
    #[error("the handle is taken by identity {by}")]
    HandleTaken {
        /// By whom.
        by: IdentityId,
    },
    /// The document is too long.
    #[error("the identity's document is {got} bytes long, the most is 1024")]
    DocumentTooLong {
        /// Length in bytes.
        got: usize,
    },
    /// An output gets an identity that no input holds and no operation registers.
    #[error("an output gets identity {identity}, and no input holds it")]
    IdentityFromNothing {
        /// Which identity.
        identity: IdentityId,
    },
    /// An identity goes in or is registered, and no output gets it.
    #[error("identity {identity} would be lost: no output gets it")]
    IdentityLost {
        /// Which identity.
        identity: IdentityId,
    },
    /// Two outputs get the same identity.
    #[error("identity {identity} is given to more than one output")]
    IdentityTwice {
        /// Which identity.
        identity: IdentityId,
    },
}

codes!(IdentityError {
    HandleMalformed => "mip0002.handle_malformed",
    HandleTaken => "mip0002.handle_taken",
    DocumentTooLong => "mip0002.document_too_long",
    IdentityFromNothing => "mip0002.identity_from_nothing",
    IdentityLost => "mip0002.identity_lost",
    IdentityTwice => "mip0002.identity_twice",
});
