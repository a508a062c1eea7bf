//! The mempool: valid transactions that wait for a block, at the tip and over one another.
//!
//! Nothing here reads a clock or a file, and nothing is left to chance: time and saved bytes come as arguments.
//!
//! **Invariant:** all of it could stand in the next block together (size aside), in any order that puts parents before
//! children: no two transactions spend one coin, and none spends a coin that another freezes.
//!
//! **Invariant:** it takes no more memory than it may, no transaction has more relatives than it may, and each pays
//! for its way: by itself, or by what stands on it.

mod admit;
mod confirmed;
mod dump;
mod error;
mod floor;
mod follow;
mod lapse;
mod later;
mod memory;
mod orphans;
mod overlay;
mod package;
mod policy;
mod pool;
mod rate;
mod relatives;
mod relay;
mod removals;
mod replace;
mod room;
mod select;
mod standard;
mod tally;
mod template;
#[cfg(test)]
mod tests;

pub(crate) use admit::{Candidate, Terms};
pub(crate) use dump::decode;
#[cfg(test)]
pub(crate) use dump::encode;
pub(crate) use error::PoolError;
pub(crate) use follow::Arrivals;
pub use orphans::PeerTag;
pub(crate) use pool::Mempool;
pub use relay::Announcement;
pub(crate) use select::Room;
pub(crate) use template::Contents;
