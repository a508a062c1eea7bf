//! The chain on disk: an append-only archive read through a memory map, and the state over it.

mod error;

pub use error::{OpenError, StoreError};
