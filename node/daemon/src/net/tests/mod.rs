//! Real sockets around a chain of one block.

mod peer;
mod port;
mod sockets;
