//! What a block commits to beyond its transactions (MIP-7), and proofs that need no server.
//!
//! So far the history: a mountain range over all earlier blocks whose nodes carry work, time and height,
//! so that a light client can sample the chain by work (FlyClient) and check any old block by a short path.

mod history;

pub use history::{HistoryError, HistoryLeaf, HistoryProof, HistoryRange, Span};
