//! The built-in miner: template to sealed block, and when to make one.

mod assemble;
mod policy;
mod seal;
mod times;

#[cfg(test)]
pub(crate) use assemble::commit;
pub(crate) use assemble::{
    RESERVED_SIGOP_COST, RESERVED_WEIGHT, Template, assemble, commit_to_past,
};
pub use policy::{MinerPolicy, run_miner};
pub(crate) use seal::Sealer;
pub(crate) use times::{history_time, next_time};
