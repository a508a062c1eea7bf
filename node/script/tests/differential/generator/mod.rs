//! Makes spends: valid ones of every kind, random scripts, sizes at their limits, and broken versions of all.
//!
//! A case is a function of its seed and number, so one line of output is enough to meet it again.

mod case;
mod keys;
mod limits;
mod lock;
mod mutation;
mod program;
mod rng;
mod sign;
mod soup;

pub(crate) use case::Case;
