//! Coins, plans, PSBTs and proofs of a wallet: values in, values out, no clock, file, net or randomness.
//!
//! ```text
//! Request + coins + Terms --plan()--> Plan{psbt} --(signer)--> signed psbt --> keys::finalise
//!                                        |
//!                        read_psbt() <---+   what the signer sees, proven from the PSBT alone
//! block data --build_anchor_proof()--> AnchorProof --verify_anchor()--> VerifiedAnchor
//! ```

mod coin;
pub mod light;
mod named;
mod plan;
mod proofs;
mod psbt;
#[cfg(test)]
mod testing;

pub use coin::WalletCoin;
pub use light::{
    AnchorProof, AnchorSource, MAX_CONFIRMING, MAX_PROOF, ProofError, VerifiedAnchor,
    build_anchor_proof, verify_anchor,
};
pub use plan::{FrozenCoin, Missing, Plan, PlanError, Request, Terms, plan};
pub use proofs::Proofs;
pub use psbt::{
    Facts, Language, MAX_PSBT, PsbtError, PsbtReading, ReadInput, ReadOutput, Warning, decode_psbt,
    read_psbt,
};

/// Grains that the wallet puts on an output with an attachment: enough to be relayed and spent again,
/// little enough that a freeze traps nothing of worth.
pub const GRAINS_ON_ATTACHED: bitcoin::Amount = bitcoin::Amount::from_sat(1_000);
