//! Values as they stand on disk: coins, and what a block's transactions did.

mod coin;
mod effects;
#[cfg(test)]
mod tests;

pub(crate) use coin::{decode_coin, encode_coin};
pub(crate) use effects::{decode_effects, encode_effects};
