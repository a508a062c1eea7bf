//! What a node is started with, and what it says while it starts.
use std::path::PathBuf;
use std::sync::Arc;

use moneta_chain::Params;

use crate::Clock;

/// What a node is started with.
#[derive(Clone)]
pub struct NodeConfig {
    /// The folder that holds the chain; made if it is missing. One node at a time may use it.
    pub dir: PathBuf,
    /// The constants of the network.
    pub params: Params,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Memory for the part of the state that is not in tables yet, in bytes.
    pub state_memory: usize,
}

impl NodeConfig {
    /// Memory for the state that suits most machines, in bytes.
    pub const STATE_MEMORY: usize = 64 << 20;
}

/// How far the replay of the archive has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenProgress {
    /// Blocks connected so far.
    pub blocks: u64,
    /// Blocks there are to connect.
    pub total: u64,
}
