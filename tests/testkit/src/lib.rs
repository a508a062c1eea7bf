//! Builders of test chains, nodes and gateways; fixed clock and seeds.

pub mod browser;
pub mod chain;
pub mod crashes;
pub mod miners;
pub mod peers;
mod process;
pub mod random;
pub mod sandbox;
pub mod scripted;
