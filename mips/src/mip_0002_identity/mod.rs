//! MIP-2: digital identity. A handle with a public document, controlled by whoever can spend its coin.
//!
#![doc = include_str!("README.md")]

mod check;
mod error;
#[cfg(test)]
mod tests;

pub use check::{MAX_DOCUMENT_LEN, MAX_HANDLE_LEN, MIN_HANDLE_LEN, is_handle};
pub(crate) use check::{check_conserved, check_register};
pub use error::IdentityError;
#[cfg(test)]
pub(crate) use tests::vectors;
