//! Whether scripts and signatures allow a spend.

mod verify;

pub(crate) use verify::RULES;
/// What a block's scripts are run under, at every height so far.
pub use verify::RULES as SCRIPT_RULES;
pub use verify::{ScriptFailure, ScriptJob, ScriptTrust, ScriptVerifier, TakeJob};
