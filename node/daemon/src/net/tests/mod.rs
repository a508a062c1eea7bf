//! Real sockets around a real node.

mod memory;
mod names;
mod order;
mod peer;
mod sockets;
