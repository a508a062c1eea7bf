//! The whole node's side of the network, without input or output: who to speak with, headers first, bodies from many,
//! and what to pass on.
//!
//! ```text
//! driver: sockets, clocks --> Input --> Network::handle --> [Output] --> driver
//!                                          |
//!                                          +--> NodePort: chain and mempool
//! ```

mod config;
mod goodbye;
mod io;
mod port;
mod status;

pub use config::NetConfig;
pub use goodbye::Goodbye;
pub use io::{Input, Now, Output, PeerId, Purpose};
pub use port::{
    BlockVerdict, HeaderPoint, HeadersVerdict, NodePort, TransactionNotice, TransactionVerdict,
};
pub use status::{NetStatus, PeerStatus};

/// The network's logic. It has no clock, no socket and no dice of its own: equal inputs give equal outputs.
#[derive(Debug)]
pub struct Network {
    config: NetConfig,
    next_peer: u64,
}

impl Network {
    /// Returns a node without peers. All that is drawn at random follows from `seed`.
    pub fn new(config: NetConfig, seed: [u8; 32], now: Now) -> Self {
        let _ = (seed, now);
        Self {
            config,
            next_peer: 0,
        }
    }

    /// Returns a name for a connection.
    pub fn next_peer(&mut self) -> PeerId {
        self.next_peer += 1;
        PeerId(self.next_peer)
    }

    /// Takes what happened; returns what is to be done.
    pub fn handle(&mut self, now: Now, input: Input, node: &dyn NodePort) -> Vec<Output> {
        let _ = (now, input, node, &self.config);
        Vec::new()
    }

    /// Returns what an operator sees.
    pub fn status(&self, node: &dyn NodePort) -> NetStatus {
        NetStatus {
            height: node.tip().height,
            headers: node.best_header().height,
            is_syncing: false,
            in_flight: 0,
            peers: Vec::new(),
        }
    }
}
