//! Nodes that speak with each other over loopback: relay of a full block, a first sync, and doing nothing.

mod coins;
mod peer;
mod relay;
mod sync;

pub(crate) use relay::run as relay;
pub(crate) use sync::run as sync;
