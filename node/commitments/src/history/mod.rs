//! The history mountain range (shape of ZIP-221): append-only, undone by cutting off, proofs of log size.
//!
//! Nodes stand in the order in which they come to be: a leaf for each block, and after it every parent
//! that it completes. Two perfect trees of the same height that stand side by side get a parent at once.

mod proof;
mod range;
mod span;
#[cfg(test)]
mod tests;

pub use proof::{HistoryError, HistoryProof};
pub use range::HistoryRange;
pub use span::{HistoryLeaf, Span};
