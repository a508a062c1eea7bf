//! The node in this process: one writer at a time, readers beside it.

mod blocks;
mod core;
mod group;
mod headers;
mod keep;
mod mine;
mod network;
mod port;
mod prove;
mod read;
mod relay;
mod submit;
#[cfg(test)]
mod tests;
mod view;

pub use keep::keep_mempool;
pub use mine::Proposal;
pub use port::LocalNode;
pub use prove::{AncestorProof, RecordProof};
pub use relay::Relayed;
