//! MIP-1: asset freezing. Who may freeze which coin, for how long, and what a freeze forbids.
//!
#![doc = include_str!("README.md")]

mod check;
mod error;
#[cfg(test)]
mod tests;

pub use check::{MAX_EMERGENCY_BLOCKS, MAX_FREEZE_TARGETS, MAX_ORDER_BLOCKS};
pub(crate) use check::{check_freeze, check_inputs_free, check_unfreeze, forget_spent, targets_of};
pub use error::FreezeError;
#[cfg(test)]
pub(crate) use tests::vectors;
