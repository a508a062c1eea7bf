//! Proofs that need no server to check: a digest stands in a block that so much work confirms.
//!
//! ```text
//! digest -> envelope -> transaction --branch--> merkle root -> header, seal -> headers, seals on it
//!                       coinbase ----branch--^  (its height tells the Ethash epoch)
//! ```
//! What a proof can't show is that its chain is the one others follow; the work it took is shown instead,
//! and the id of its last block, which anybody can look up.
mod build;
mod error;
mod merkle;
mod proof;
mod seal;
#[cfg(test)]
mod tests;
mod verify;

pub use build::{AnchorSource, build_anchor_proof};
pub use error::ProofError;
pub use proof::{AnchorProof, MAX_CONFIRMING, MAX_PROOF};
pub use verify::{VerifiedAnchor, verify_anchor};
