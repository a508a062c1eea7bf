//! What a signature signs: before segwit, in witness v0 (BIP143), and in taproot (BIP341, BIP342).

mod digest_cache;
mod hash_type;
mod legacy;
mod segwit;
mod shared;
mod taproot;

pub(crate) use digest_cache::DigestCache;
pub(crate) use hash_type::HashType;
pub(crate) use legacy::{BlankInputs, finish};
pub(crate) use shared::{SpentHashes, TransactionHashes, write as encode_into};
pub use taproot::TapscriptLeaf;
