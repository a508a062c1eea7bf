//! The node in this process: one writer at a time, readers beside it.

mod core;
mod mine;
mod port;
mod read;
mod submit;
#[cfg(test)]
mod tests;

pub use port::LocalNode;
