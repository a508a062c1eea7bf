//! Signing a PSBT, and making a transaction of it (BIP174).
mod finalise;
mod inputs;
#[cfg(test)]
mod tests;

pub use finalise::{FinaliseError, finalise};
pub use inputs::SignError;
