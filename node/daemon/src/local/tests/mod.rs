//! A whole node in a folder: mined, fed, reorganised, stopped and started again.

mod anew;
mod assets;
mod attacks;
mod chain;
mod crashes;
mod difficulty;
mod fixture;
mod flips;
mod handles;
mod keep;
mod miner;
mod model;
mod network;
mod packages;
mod peers;
mod pool;
mod prove;
mod regressions;
mod rejudged;
mod reopen;
mod reorganisations;
mod replace;
mod rivals;
mod upkeep;
mod views;
