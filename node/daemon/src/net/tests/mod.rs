//! Real sockets around a real node.

mod memory;
mod peer;
mod sockets;
