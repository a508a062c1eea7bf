//! Blocks: by themselves, and in their chain.

mod alone;
mod coinbase;
mod error;
mod in_chain;
mod merkle;
mod overlay;
mod witness;

pub use alone::{check_alone, check_unsealed_block};
pub use error::BlockError;
pub use in_chain::{check_all_but_scripts, check_in_chain};
pub use overlay::is_coin;
