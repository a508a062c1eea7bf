//! What is standard: of all that a block may hold, what this node relays. The rules are Bitcoin Core's, with room for
//! envelopes; they keep what is costly or reserved for later out of the mempool, and bind nobody's block.

mod error;
mod shape;
mod spends;
#[cfg(test)]
mod tests;

pub(crate) use error::PolicyError;
pub(super) use shape::check_shape;
pub(super) use spends::check_spends;
