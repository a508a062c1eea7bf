//! Seeds, derivation, signing and sealed secrets. A secret has no Debug, Display, Clone or Serialize.
//!
//! ```text
//! randomness -> Mnemonic -> Seed -> AccountKey --public()--> AccountPublic (descriptor, addresses)
//!                                      |
//!                                      +--sign(&mut Psbt)--> finalise(Psbt) -> Transaction
//! secret bytes <-> SealedSecret (passphrase or key)
//! ```
//! Secrets are wiped when dropped; copies that the elliptic-curve library makes on the stack are not.

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
