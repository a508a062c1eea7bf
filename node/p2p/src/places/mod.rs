//! Who may have a place: whom to give up for a newcomer, and who had better stay away for a day.

mod discouraged;
mod eviction;
#[cfg(test)]
mod tests;

pub use discouraged::Discouraged;
pub use eviction::{Candidate, choose_victim};
