//! Builders of test chains, nodes and gateways; fixed clock and seeds.

pub mod sandbox;
