//! One peer's conversation as a state machine: events and the time go in, actions come out.

mod bucket;
mod config;
mod event;
mod handshake;
mod machine;
mod misbehaviour;
#[cfg(test)]
mod tests;

pub use bucket::Bucket;
pub(crate) use config::MIN_VERSION;
pub use config::{Direction, Features, Identity, VERSION};
pub use event::{Action, Event};
pub use machine::Peer;
pub use misbehaviour::Misbehaviour;
