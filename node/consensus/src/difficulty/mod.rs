//! How hard the next block is (MIP-8): ASERT, an exponential moving target that has no memory to game.

#[expect(
    clippy::arithmetic_side_effects,
    reason = "32-bit times and heights in 128-bit integers, a 256-bit target in 320: nothing here overflows"
)]
mod asert;
#[cfg(test)]
mod tests;

pub use asert::{Anchor, Asert};
