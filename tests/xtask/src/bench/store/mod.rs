//! `cargo xtask bench store [--coins N]`: our key-value store against those that people would pick, each on the same
//! work with the same durability, step by step in turns; RocksDB too where clang's library is found.

mod build;
mod compare;
mod killed;
mod turns;

pub(super) use compare::run;
