//! Whether miners have brought a deployment into force (MIP-0000): pure, over the versions of past blocks.

mod state;
#[cfg(test)]
mod tests;

pub use state::{DeploymentState, KnownStates, VersionView, signals};
