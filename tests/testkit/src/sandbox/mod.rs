//! A real `moneta sandbox` process on a port of its own, and a client that speaks to it as a user would.

mod binary;
mod client;
mod kills;
mod process;

pub use binary::binary;
pub use client::{Answer, Client};
pub use kills::{KillReport, kill_and_restart};
pub use process::Sandbox;
