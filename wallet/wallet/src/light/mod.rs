//! Proofs that need no server to check: a digest stands in a block that so much work confirms.
mod proof;
mod verify;

pub use proof::{AnchorProof, AnchorSource, build_anchor_proof};
pub use verify::{MAX_CONFIRMING, ProofError, VerifiedAnchor, verify_anchor};
