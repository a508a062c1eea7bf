//! What happens to a conversation, and what is to be done about it.
use std::time::Duration;

use super::{Features, Misbehaviour};
use crate::Message;

/// What happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// The connection stands.
    Connected,
    /// A message arrived.
    Received(Message),
    /// Time passed. To be told every second or so.
    Tick {
        /// Freshly drawn; the next `ping` carries it.
        random: u64,
    },
}

/// What is to be done, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Send this.
    Send(Message),
    /// The handshake is done: long messages may come now, and the node may speak.
    Established(Box<Features>),
    /// The node is to think about this. It comes only after [`Action::Established`], and it kept the limits.
    Deliver(Message),
    /// The peer says more than its share: read nothing from it until then. It did nothing wrong.
    PauseUntil(Duration),
    /// The answer to a `ping` took so long.
    RoundTrip(Duration),
    /// Close the connection; nothing follows.
    Disconnect(Misbehaviour),
}
