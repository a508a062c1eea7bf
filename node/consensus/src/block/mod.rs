//! Blocks: by themselves, and in their chain.

mod alone;
mod coinbase;
mod commitments;
mod error;
mod in_chain;
mod merkle;
mod overlay;
mod witness;

pub use alone::{check_alone, check_body_alone, check_unsealed_block};
pub use commitments::{registry_changes, registry_reversal, spent_scripts};
pub use error::BlockError;
pub use in_chain::{check_in_chain, commitments_of};
pub use overlay::is_coin;
