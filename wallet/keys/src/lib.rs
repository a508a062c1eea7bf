//! Seeds, derivation, signing and sealed secrets.
#![doc = include_str!("../README.md")]

mod account;
mod mnemonic;
mod random;
mod sealed;
mod seed;
mod sign;

pub use account::{AccountKey, AccountPath, AccountPublic, DescriptorError, Keychain, MAX_INDEX};
pub use bip39::Language;
pub use mnemonic::{Mnemonic, MnemonicError, WordCount};
pub use random::{Randomness, os_random};
pub use sealed::{PassphraseCost, SealError, SealKey, SealedSecret};
pub use seed::Seed;
pub use sign::{FinaliseError, SignError, finalise};
