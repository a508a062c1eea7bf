//! Real sockets around a real node.

mod peer;
mod sockets;
