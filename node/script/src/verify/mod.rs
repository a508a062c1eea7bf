//! Whether an input may spend its coin: input script, output script, script hash, witness program.

mod input;
mod taproot;
mod witness;

pub use input::{verify_input, verify_input_with_cache};
