//! Bitcoin script, verified bit for bit as Bitcoin Core does; the crate README is this page.

#![doc = include_str!("../README.md")]
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::indexing_slicing
)]

mod error;
mod flags;
mod instruction;
mod interpreter;
mod limits;
mod number;
mod prepared;
mod script_code;
mod sighash;
mod signature;
mod spend;
mod stack;
mod verify;

pub use error::{ScriptError, SpentCoinsMismatch};
pub use flags::VerifyFlags;
pub use prepared::{PreparedInput, PreparedTransaction};
pub use sighash::TapscriptLeaf;
pub use signature::{
    NoSignatureCache, SaltedSet, SaltedSignatureCache, SignatureCache, SignedMessage,
};
pub use verify::{verify_input, verify_input_with_cache};
