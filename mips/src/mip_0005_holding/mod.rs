//! MIP-5: real-name holding. An asset that only scripts can receive whose holders its registrar knows.
//!
#![doc = include_str!("README.md")]

mod check;
mod error;
mod record;
#[cfg(test)]
mod tests;

pub(crate) use check::{check_enrol, check_receivers, check_withdraw};
pub use error::HoldingError;
pub use record::Enrolment;
#[cfg(test)]
pub(crate) use tests::vectors;
