//! Running scripts: in as many threads as the machine has, and never twice for the same transaction.

mod memory;
mod queue;
mod runner;
#[cfg(test)]
mod tests;

pub(crate) use memory::ScriptMemory;
pub(crate) use runner::ScriptRunner;
