//! A dev chain in memory: real blocks, real seals, its own plain state, and a clock that stands still.
//!
//! It shares no code with the store, so the two can be held against each other.

mod assemble;
mod key;
mod state;
mod test_chain;

pub use assemble::{assemble, commit, commit_to_past, payout_script};
pub use key::TestKey;
pub use state::TestState;
pub use test_chain::TestChain;
