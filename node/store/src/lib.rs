//! The chain on disk.
#![doc = include_str!("../README.md")]

mod archive;
mod error;
mod state;

pub use archive::{Archive, Place, ensure_unused};
pub use error::{OpenError, StoreError};
pub use state::{ChainState, StateDigest};
