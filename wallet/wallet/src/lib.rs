//! Coins, plans, PSBTs and proofs of a wallet.
#![doc = include_str!("../README.md")]

mod coin;
pub mod light;
mod named;
mod plan;
mod proofs;
mod psbt;
#[cfg(test)]
mod testing;
mod units;

pub use coin::WalletCoin;
pub use light::{
    AnchorProof, AnchorSource, MAX_CONFIRMING, MAX_PROOF, ProofError, VerifiedAnchor,
    build_anchor_proof, verify_anchor,
};
pub use plan::{FrozenCoin, Missing, Plan, PlanError, Request, Terms, plan};
pub use proofs::Proofs;
pub use psbt::{
    MAX_PSBT, ProvenFacts, PsbtError, PsbtReading, ReadInput, ReadOutput, Warning, decode_psbt,
    read_psbt,
};

/// Grains that the wallet puts on an output with an attachment: enough to be relayed and spent again,
/// little enough that a freeze traps nothing of worth.
pub const GRAINS_ON_ATTACHED: bitcoin::Amount = bitcoin::Amount::from_sat(1_000);
