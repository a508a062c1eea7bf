//! MIP-1: asset freezing. Who may freeze which coin, for how long, and what a freeze forbids.
//!
#![doc = include_str!("README.md")]

mod check;
mod contest;
mod error;
mod record;
mod redemption;
#[cfg(test)]
mod scopes;
#[cfg(test)]
mod seizing;
mod seizure;
mod target;
#[cfg(test)]
mod tests;

pub use check::{
    CONTEST_BLOCKS, EMERGENCY_EVERY, MAX_EMERGENCY_BLOCKS, MAX_FREEZE_TARGETS, MAX_ORDER_BLOCKS,
};
pub(crate) use check::{
    check_freeze, check_inputs_free, check_unfreeze, forget_spent, lifts_nothing, targets_of,
};
pub(crate) use contest::check_contest;
pub use error::FreezeError;
pub use record::{FreezeRecord, Redemption};
pub(crate) use redemption::set_redemption;
pub use seizure::{ORDER_BEFORE_TRANSFER, Seizure};
pub(crate) use seizure::{check_force_transfer, forget_seized, without_seized};
pub use target::Target;
#[cfg(test)]
pub(crate) use tests::vectors;
