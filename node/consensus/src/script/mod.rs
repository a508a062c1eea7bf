//! Whether scripts and signatures allow a spend.

mod verify;

pub(crate) use verify::RULES;
pub use verify::{ScriptFailure, ScriptJob, ScriptTrust, ScriptVerifier, TakeJob};
