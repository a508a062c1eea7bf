//! How hard the next block is (MIP-8): ASERT, an exponential moving target that has no memory to game.

mod asert;
#[cfg(test)]
mod tests;

pub use asert::{Anchor, Asert};
