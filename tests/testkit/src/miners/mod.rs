//! Simulated miners against the difficulty and time rules: fixed seeds, seconds a run, no real time.
//!
//! The rules under test are the chain's own (`moneta_consensus::Asert`, median time past, the future
//! limit); hash rate, luck and the clock are simulated. Floats are fine here: nothing of this is consensus.

mod chain;
mod suite;

pub use chain::{Miners, Run, Strategy};
pub use suite::{Settling, Verdict, settlings, suite};
