//! The node in this process: one writer at a time, readers beside it.

mod core;
mod mine;
mod port;
mod read;
mod submit;

pub use port::LocalNode;
