//! The chain on disk: an append-only archive read through a memory map, and the state over it.
//!
//! [`Archive`] holds every block that was ever connected; [`ChainState`] is what they amount to: the
//! unspent coins and the registry, rebuilt from the archive when a node starts. Both are sans-policy:
//! which branch is best, and when to connect or disconnect, is the daemon's to say.

mod archive;
mod error;
mod mmap;
mod state;
pub mod storage;

pub use archive::{Archive, Place, ensure_unused};
pub use error::{OpenError, StoreError};
pub use state::{ChainState, StateDigest};
