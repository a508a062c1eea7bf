//! MIP-6: notarisation and documents. Proof that a document existed when a block was made, and which
//! document of an asset is the current one.
//!
#![doc = include_str!("README.md")]

mod check;
mod error;
mod record;
#[cfg(test)]
mod tests;

pub(crate) use check::{check_digest, check_set_document};
pub use error::NotarisationError;
pub use record::AssetDocument;
#[cfg(test)]
pub(crate) use tests::vectors;
