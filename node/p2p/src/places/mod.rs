//! Who may have a place: whom to give up for a newcomer, and who had better stay away for a day.

mod discouraged;
mod eviction;
#[cfg(test)]
mod tests;

pub(crate) use discouraged::Discouraged;
pub(crate) use eviction::{Candidate, choose_victim};
