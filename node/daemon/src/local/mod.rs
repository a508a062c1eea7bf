//! The node in this process: one writer at a time, readers beside it.

mod core;
mod group;
mod keep;
mod mine;
mod port;
mod prove;
mod read;
mod relay;
mod submit;
#[cfg(test)]
mod tests;

pub use keep::keep_mempool;
pub use mine::Proposal;
pub use port::LocalNode;
pub use prove::{AncestorProof, RecordProof};
pub use relay::Relayed;
