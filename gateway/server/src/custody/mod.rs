//! Custody: the keys of hosted wallets, out of the web tier's reach.
//!
//! ```text
//! handler --Job{wallet, request, psbt bytes}--> signer task --Signed{transaction}--> handler
//!                                                  |
//!                  custody.key + sealed seed ------+   reads the PSBT for itself, checks it
//!                                                      against what was asked, then signs
//! ```
//! **Invariant:** `custody.key` and opened seeds exist in the signer task only. What leaves it are public
//! descriptors, sealed seeds, signatures, and (on the owner's request) a recovery phrase.

mod error;
mod key_file;
mod mandate;
mod signer;
#[cfg(test)]
mod tests;
mod vault;

pub(crate) use error::CustodyError;
pub(crate) use key_file::CustodyKey;
pub(crate) use signer::Signer;
