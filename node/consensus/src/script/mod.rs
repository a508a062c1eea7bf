//! Whether scripts and signatures allow a spend.

mod verify;

pub use verify::ScriptTrust;
pub(crate) use verify::check_scripts;
