//! Why a transaction breaks a rule of MIP-2: one variant, one rule.
use bitcoin::OutPoint;
use moneta_chain::Height;

use super::record::COMMITMENT_BLOCKS;
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
    /// Somebody has a handle that looks like this one.
    #[error("the handle looks like that of identity {by}")]
    HandleConfusable {
        /// Whose.
        by: IdentityId,
    },
    /// The registry has no such identity.
    #[error("there is no identity {identity}")]
    IdentityUnknown {
        /// Which identity.
        identity: IdentityId,
    },
    /// The identity is used without being held.
    #[error("identity {identity} is not held by an input")]
    NotHeld {
        /// Which identity.
        identity: IdentityId,
    },
    /// The identity is revoked or not paid for.
    #[error("identity {identity} is not in force: it is revoked, or its term is over")]
    NotInForce {
        /// Which identity.
        identity: IdentityId,
    },
    /// No handle to renew.
    #[error("no identity has this handle, or it was revoked, or its time to renew is over")]
    NothingToRenew,
    /// A renewal beyond ten years.
    #[error("a renewal pays for 1 to 10 years, until height {most} at most, not {expiry}")]
    RenewedTooFar {
        /// First height that would not be paid for.
        expiry: Height,
        /// Highest there may be.
        most: Height,
    },
    /// Somebody without the recovery script acts for it.
    #[error("no input spends a coin of the recovery script of identity {identity}")]
    NotRecovery {
        /// Which identity.
        identity: IdentityId,
    },
    /// A claim without a recovery that is ready.
    #[error("identity {identity} can't be claimed{}", from(.ready))]
    RecoveryNotReady {
        /// Which identity.
        identity: IdentityId,
        /// First height at which it can, if a recovery is under way.
        ready: Option<Height>,
    },
    /// A claim for another script.
    #[error("identity {identity} is claimed for another script than its recovery names")]
    ClaimedElsewhere {
        /// Which identity.
        identity: IdentityId,
    },
    /// No input holds the commitment to this registration.
    #[error(
        "no input holds the commitment to register {handle}: commit first, and register in a later block"
    )]
    NotCommitted {
        /// The handle.
        handle: String,
    },
    /// The commitment is not in a block below.
    #[error("the commitment of {outpoint} can be opened from the block after its own on")]
    CommitmentYoung {
        /// The coin that holds it.
        outpoint: OutPoint,
    },
    /// The commitment has lapsed.
    #[error(
        "the commitment of {outpoint} has lapsed: it stands at height {made} and holds for {COMMITMENT_BLOCKS} blocks"
    )]
    CommitmentLapsed {
        /// The coin that holds it.
        outpoint: OutPoint,
        /// Height of that coin.
        made: Height,
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
    HandleConfusable => "mip0002.handle_confusable",
    IdentityUnknown => "mip0002.identity_unknown",
    NotHeld => "mip0002.not_held",
    NotInForce => "mip0002.not_in_force",
    NothingToRenew => "mip0002.nothing_to_renew",
    RenewedTooFar => "mip0002.renewed_too_far",
    NotRecovery => "mip0002.not_recovery",
    RecoveryNotReady => "mip0002.recovery_not_ready",
    ClaimedElsewhere => "mip0002.claimed_elsewhere",
    NotCommitted => "mip0002.not_committed",
    CommitmentYoung => "mip0002.commitment_young",
    CommitmentLapsed => "mip0002.commitment_lapsed",
    DocumentTooLong => "mip0002.document_too_long",
    IdentityFromNothing => "mip0002.identity_from_nothing",
    IdentityLost => "mip0002.identity_lost",
    IdentityTwice => "mip0002.identity_twice",
});

fn from(ready: &Option<Height>) -> String {
    match ready {
        Some(ready) => format!(" before height {ready}"),
        None => ": no recovery is under way".to_owned(),
    }
}
