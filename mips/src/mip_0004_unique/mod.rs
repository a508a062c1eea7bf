//! MIP-4: unique assets. A work of art is an asset of one unit that commits to its content and its place in
//! a collection.
//!
#![doc = include_str!("README.md")]

mod check;
mod error;
mod record;
#[cfg(test)]
mod tests;

pub(crate) use check::check_describe;
pub use check::is_media_type;
pub use error::PieceError;
pub use record::{Collection, Piece};
#[cfg(test)]
pub(crate) use tests::vectors;
