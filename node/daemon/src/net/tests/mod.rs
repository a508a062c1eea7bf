//! Real sockets around a real node.

mod memory;
mod order;
mod peer;
mod sockets;
