//! Transactions: by themselves, and where they stand. Blocks and the mempool use the same functions.

mod alone;
mod error;
mod ids;
mod in_chain;
mod locks;
mod sigops;
#[cfg(test)]
mod tests;

pub(crate) use alone::check_not_64_bytes;
pub use alone::check_transaction_alone;
pub use error::TransactionError;
pub(crate) use ids::ids_of;
pub use in_chain::check_transaction_in_chain;
pub(crate) use in_chain::judge;
pub(crate) use locks::check_final;
pub use sigops::sigop_cost;
pub(crate) use sigops::{SIGOP_WEIGHT, legacy_sigops};
