//! MIP-6: notarisation. Proof that a document existed when a block was made.
//!
#![doc = include_str!("README.md")]

mod check;
mod error;
#[cfg(test)]
mod tests;

pub(crate) use check::check_anchor;
pub use error::AnchorError;
#[cfg(test)]
pub(crate) use tests::vectors;
