//! What an operator sees of the network.
use std::net::SocketAddr;
use std::time::Duration;

use moneta_chain::Height;

use super::{PeerId, Purpose};

/// How far the node is, and with whom it speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetStatus {
    /// Height of the best block.
    pub height: Height,
    /// Height of the best header.
    pub headers: Height,
    /// Whether the node still fetches what others have had for long.
    pub is_syncing: bool,
    /// Blocks that are being fetched.
    pub in_flight: usize,
    /// Everyone it speaks with, oldest connection first.
    pub peers: Vec<PeerStatus>,
}

/// One peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerStatus {
    /// Which connection.
    pub id: PeerId,
    /// Where it is.
    pub address: SocketAddr,
    /// What it is for.
    pub purpose: Purpose,
    /// Its name and version, once it told us. It chose these words: show them as text and nothing else.
    pub user_agent: Option<String>,
    /// Height of the best header that it has, as far as we know.
    pub height: Option<Height>,
    /// Its quickest answer to a ping.
    pub round_trip: Option<Duration>,
    /// Blocks that it is to send us.
    pub in_flight: usize,
    /// When the connection began, on the driver's clock.
    pub connected_at: Duration,
}
