//! What a block commits to beyond its transactions (MIP-7), and proofs that need no server.
//!
//! Three parts: the basic filter that light clients fetch; an authenticated map for the registry; and the
//! history, a mountain range over all earlier blocks whose nodes carry work, time and height, so that a
//! light client can sample the chain by work (FlyClient) and check any old block by a short path.

mod filter;
mod history;
mod map;
mod output;
mod proof;
mod registry;
mod state;
mod tags;

pub use filter::{basic_filter, filter_header};
pub use history::{HistoryError, HistoryLeaf, HistoryProof, HistoryRange, Span};
pub use map::{AuthMap, EMPTY_ROOT, MapChanges, MapError, MapProof, ProofEnd};
pub use output::{Commitments, CommittedError, committed, placeholder};
pub use proof::{CommitmentProof, ProofError};
pub use registry::{registry_path, registry_value};
pub use state::CommitmentState;
