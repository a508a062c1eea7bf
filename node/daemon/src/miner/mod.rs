//! The built-in miner: template to sealed block, and when to make one.

mod policy;

pub use policy::{MinerPolicy, run_miner};
