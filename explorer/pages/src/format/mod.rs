//! How numbers, ids and times look: integers in, text out, the same in every language.

mod moment;
mod number;

pub use moment::Moment;
pub use number::{group, per_mille, percent, short, units};

#[cfg(test)]
mod tests;
