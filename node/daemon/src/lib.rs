//! A running node.
#![doc = include_str!("../README.md")]

mod chain;
mod clock;
mod config;
mod local;
mod mempool;
mod miner;
mod net;
mod proving;
mod rules;
mod scripts;
pub mod upkeep;

pub use clock::{Clock, FixedClock, SystemClock};
pub use config::{NodeConfig, OpenProgress};
pub use local::{AncestorProof, LocalNode, Proposal, RecordProof, Relayed, keep_mempool};
pub use mempool::{Announcement, PeerTag};
pub use miner::{MinerPolicy, run_miner};
pub use moneta_p2p::{NetConfig, NetStatus, PeerStatus, Purpose};
pub use moneta_store::{Durability, OpenError, StateDigest, create_folder, ensure_unused};
pub use net::{NetOptions, NetService, NetView, SyncProgress};
