//! The chain on disk.
#![doc = include_str!("../README.md")]

mod archive;
mod codec;
mod error;
mod open;
mod state;
pub mod upkeep;

pub use archive::{Archive, Durability, MOST_UNSYNCED, Place, ensure_unused};
pub use error::{OpenError, StoreError};
pub use moneta_disk::create_folder;
pub use open::{Opened, distrust_state, open, open_anew, open_over};
pub use state::{Applied, ChainState, StateDigest, StateView, StoredBlock};
