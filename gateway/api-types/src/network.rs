//! A node among its peers, as `moneta node --status` tells it.
use serde::{Deserialize, Serialize};

/// How far a node is, and with whom it speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeStatus {
    /// `main`, `test` or `dev`.
    pub network: String,
    /// The node's name and version.
    pub user_agent: String,
    /// Height of the best block.
    pub height: u32,
    /// Height of the best header: what the node knows it still has to fetch lies between.
    pub headers: u32,
    /// Whether the node still fetches what others have had for long.
    pub is_syncing: bool,
    /// Blocks in 1,000 seconds, at the present rate; absent when nothing is to be fetched.
    pub blocks_per_1000_s: Option<u64>,
    /// Seconds that the rest takes at this rate; absent when that can't be told.
    pub seconds_left: Option<u64>,
    /// Blocks that peers were asked for.
    pub in_flight: usize,
    /// Everyone the node speaks with, oldest connection first.
    pub peers: Vec<NodePeer>,
}

/// Somebody a node speaks with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodePeer {
    /// Which connection, counted from the node's start.
    pub id: u64,
    /// IP address and port.
    pub address: String,
    /// `inbound`, `full`, `blocks_only`, `feeler` or `manual`.
    pub purpose: String,
    /// What it calls itself; absent before it has greeted. These are its own words: show them as text only.
    pub user_agent: Option<String>,
    /// Height of the best header that it is known to have.
    pub height: Option<u32>,
    /// Its quickest answer to a ping, in milliseconds.
    pub ping_ms: Option<u64>,
    /// Blocks that it was asked for.
    pub in_flight: usize,
    /// Seconds since the connection was begun.
    pub connected_s: u64,
}
