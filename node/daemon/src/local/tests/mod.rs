//! A whole node in a folder: mined, fed, reorganised, stopped and started again.

mod assets;
mod attacks;
mod chain;
mod fixture;
mod miner;
mod pool;
mod regressions;
mod reopen;
mod rivals;
mod upkeep;
