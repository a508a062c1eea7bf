//! A real `moneta sandbox` process on a port of its own, and a client that speaks to it as a user would.

mod binary;
mod client;
mod faults;
mod kills;
mod process;

pub use binary::binary;
pub use client::{Answer, Client};
pub use faults::{FAULTS, Fault, survive, survive_full_disk};
pub use kills::{KillReport, kill_and_restart};
pub use process::Sandbox;
