//! Builders of test chains, nodes and gateways; fixed clock and seeds.

pub mod browser;
pub mod chain;
pub mod miners;
pub mod sandbox;
pub mod scripted;
