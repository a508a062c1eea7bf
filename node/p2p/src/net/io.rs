//! What the driver tells the network, and what it is to do.
use std::net::SocketAddr;
use std::time::Duration;

use super::Goodbye;
use crate::{Direction, Message, WireError};

/// One connection. Never used twice in one run of the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerId(pub u64);

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A peer that came to us.
    Inbound,
    /// Blocks, transactions and addresses.
    Full,
    /// Blocks only: such links can't be mapped by what is relayed, so two of them are kept over restarts.
    BlocksOnly,
    /// To see whether an address answers; closed after the handshake.
    Feeler,
    /// The operator asked for it: never given up, never punished by disconnection for being slow.
    Manual,
}

impl Purpose {
    /// Returns who opens such a connection.
    pub const fn direction(self) -> Direction {
        match self {
            Self::Inbound => Direction::Inbound,
            Self::Full | Self::BlocksOnly | Self::Feeler | Self::Manual => Direction::Outbound,
        }
    }

    /// Tells whether transactions and addresses are spoken of.
    pub const fn relays_transactions(self) -> bool {
        !matches!(self, Self::BlocksOnly | Self::Feeler)
    }
}

/// Two clocks, read together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Time since any moment; never goes back.
    pub since_start: Duration,
    /// Seconds since 1970.
    pub unix_seconds: u64,
}

/// What happened.
#[derive(Debug)]
pub enum Input {
    /// Somebody connected to us.
    Accepted {
        /// From [`super::Network::next_peer`].
        peer: PeerId,
        /// From where.
        address: SocketAddr,
    },
    /// Where a host is that a connection was asked for with by its name.
    Located(PeerId, SocketAddr),
    /// A connection that was asked for stands.
    Connected(PeerId),
    /// A connection that was asked for could not be made.
    ConnectFailed(PeerId),
    /// A message came.
    Received(PeerId, Message),
    /// Bytes came that are no message; the driver reads nothing more from there.
    Garbled(PeerId, WireError),
    /// The peer hung up, or the connection broke.
    Closed(PeerId),
    /// All that was to be sent to that peer is on its way: there is room for more.
    Drained(PeerId),
    /// The operator, or a name server, tells where nodes are.
    Heard(Vec<SocketAddr>),
    /// Tip or mempool changed by other hands: a block was mined or submitted, a transaction came.
    Changed,
    /// A second or so has passed.
    Tick,
    /// Nothing else waits to be heard: there is time for answers that cost much.
    Spare,
}

/// What is to be done, in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Open a connection.
    Connect {
        /// Whose answers are to carry this name.
        peer: PeerId,
        /// Where to.
        address: SocketAddr,
    },
    /// Look a host up, and open a connection with the first of its addresses that answers: `Input::Located` tells which
    /// that is. A name that means nothing is a connection that could not be made.
    LookUp {
        /// Whose answers are to carry this name.
        peer: PeerId,
        /// The host and its port (`host:port`).
        host: String,
    },
    /// Send a message. `Input::Drained` is to follow once nothing waits to be sent.
    Send(PeerId, Message),
    /// The handshake is done: long messages may be read now.
    Established(PeerId),
    /// Somebody waits for an answer that costs much. One `Input::Spare` is to follow, once nothing else waits to be heard,
    /// or after some more was: so whoever has us work holds up nobody else.
    Owing,
    /// Read nothing from that peer until then.
    PauseUntil(PeerId, Duration),
    /// Have the node make durable what it took. It comes after what peers are told of it: whoever lost a block in a crash
    /// gets it from them again, and nobody waits for a disk that is not his own.
    Flush,
    /// Hang up, after all that was to be sent. No `Input::Closed` is to follow.
    Close(PeerId, Goodbye),
}
