//! Signatures: how they must be written, whether they verify, and remembering those that do.

mod cache;
mod encoding;
mod salted_set;
mod verify;

pub use cache::{NoSignatureCache, SaltedSignatureCache, SignatureCache, SignedMessage};
pub(crate) use encoding::{check_public_key_encoding, check_signature_encoding};
pub use salted_set::SaltedSet;
pub(crate) use verify::{verify_ecdsa, verify_schnorr};
