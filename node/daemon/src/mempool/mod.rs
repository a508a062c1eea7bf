//! The mempool: valid transactions that wait for a block, at the tip and over one another.
//!
//! **Invariant:** all of it could stand in the next block together (size aside): no two transactions
//! spend one coin, none spends a coin that another freezes, and parents come before children.

mod admit;
mod error;
mod follow;
mod overlay;
mod policy;
mod pool;
mod rate;
mod relatives;
mod select;
mod template;
#[cfg(test)]
mod tests;

pub(crate) use error::PoolError;
pub(crate) use pool::Mempool;
pub(crate) use select::Room;
pub(crate) use template::Contents;
