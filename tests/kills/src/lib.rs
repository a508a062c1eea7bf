//! Kill -9 while a chain is connected, reorganised, grown, pruned, rebuilt or carried elsewhere: what was acknowledged is
//! there afterwards, and the state is that of a twin which was never killed.
//!
//! The killer starts its own program again as the one to be killed: whoever uses this calls [`work_if_asked`] first.
//! What a process wrote stays in the page cache when it is killed; power cuts are the recorder's business
//! (`node/daemon/src/local/tests/crashes.rs`).

mod kind;
mod series;
mod story;
mod victim;

pub use kind::Kind;
pub use series::{Report, kill};
pub use victim::work_if_asked;
