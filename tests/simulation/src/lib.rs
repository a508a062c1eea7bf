//! Whole nodes on a simulated network: everything follows from one seed.
#![doc = include_str!("../README.md")]

mod economy;
mod ledger;
mod liar;
mod link;
mod node;
mod relay;
mod story;
mod trace;
mod violation;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

use bitcoin::hashes::sha256;

pub use relay::round_trips_a_hop;
pub use trace::Teller;
pub use violation::Violation;

/// How a story ended that kept every promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Hash of all that happened, in order: equal seeds, equal hashes.
    pub trace: sha256::Hash,
    /// Height of the chain.
    pub height: u32,
    /// How long it took in its own time.
    pub seconds: u64,
}

/// Lives through the story of this seed.
///
/// # Errors
/// A promise was broken.
pub fn run(seed: u64) -> Result<Outcome, Violation> {
    run_told(seed, &mut |_| ())
}

/// The same, telling everything that happens line by line.
///
/// # Errors
/// A promise was broken.
pub fn run_told(seed: u64, teller: Teller<'_>) -> Result<Outcome, Violation> {
    let lived = catch_unwind(AssertUnwindSafe(|| story::live(seed, teller)));
    lived.unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<String>().map(String::as_str);
        let words = words.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(Violation::Panicked(words.unwrap_or("?").to_owned()))
    })
}
