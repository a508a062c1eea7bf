//! Names of things that live in the registry: 32-byte ids, handles and symbols.
//!
//! An id commits to what it names: it hashes the outpoint that makes it unique *and* the bytes of the
//! operation that creates it. So whoever holds the creating transaction (an offline signer reading a
//! PSBT) can check symbol, decimals, issuer or handle against the id alone. If only the outpoint went
//! in, anyone could write another transaction on the same outpoint and dress the id up as he likes.
use std::fmt;
use std::str::FromStr;

use bitcoin::hashes::hex::FromHex;
use bitcoin::hashes::{Hash, sha256};
use bitcoin::{OutPoint, Script};
use moneta_chain::tagged_hash;
use serde::{Deserialize, Serialize};

use crate::mip_0002_identity::is_handle;
use crate::mip_0003_assets::is_symbol;
use crate::{IssueAsset, RegisterIdentity};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $tag:literal, $operation:ty) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 32]);

        impl $name {
            /// Returns the id of what `operation`, the `index`-th of its envelope, creates in the
            /// transaction whose first input spends `first_input`:
            /// `tagged_hash(tag, txid || vout LE || index LE || operation.encode())`.
            pub fn derive(first_input: &OutPoint, index: u32, operation: &$operation) -> Self {
                let outpoint = bitcoin::consensus::serialize(first_input);
                let parts: [&[u8]; 3] = [&outpoint, &index.to_le_bytes(), &operation.encode()];
                Self(tagged_hash($tag, &parts))
            }
        }
    };
}

/// Gives 32 bytes their text: 64 hexadecimal digits, not reversed.
macro_rules! text {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = bitcoin::hashes::hex::HexToArrayError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                <[u8; 32]>::from_hex(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(input)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

text!(AssetId);
text!(IdentityId);
text!(ScriptDigest);
text!(Commitment);

/// SHA-256 of an output's script: names a holder without showing more than its coins do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScriptDigest(pub [u8; 32]);

impl ScriptDigest {
    /// Hashes a script.
    pub fn of(script: &Script) -> Self {
        #[cfg(test)]
        crate::testing::HASHED.with(|hashed| hashed.set(hashed.get() + 1));
        Self(sha256::Hash::hash(script.as_bytes()).to_byte_array())
    }
}

id!(
    /// Names an asset for ever: 64 hexadecimal digits, not reversed.
    AssetId, "moneta/asset", IssueAsset
);
id!(
    /// Names an identity for ever: 64 hexadecimal digits, not reversed. `did:moneta:<id>`.
    IdentityId, "moneta/identity", RegisterIdentity
);

/// Binds whoever makes it to one registration, and shows nobody which (MIP-2, rule 2.16).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Commitment(pub [u8; 32]);

impl Commitment {
    /// Returns the commitment to `register`, whose identity goes to `receiver`:
    /// `tagged_hash("moneta/commitment", SHA-256 of the script || register.encode())`. The salt in the
    /// operation keeps handles from being guessed.
    pub fn to(register: &RegisterIdentity, receiver: &Script) -> Self {
        let script = ScriptDigest::of(receiver).0;
        let parts: [&[u8]; 2] = [&script, &register.encode()];
        Self(tagged_hash("moneta/commitment", &parts))
    }
}

/// Writes how people call an asset: `acme/GOLD` under a handle, and `GOLD#c766ffad`, with the first digits
/// of the id, where no handle stands for it.
///
/// A symbol or handle that the rules would refuse is written `?`: the text may come from a transaction
/// that no chain has judged, and must not pass for another name.
pub fn asset_name(handle: Option<&str>, symbol: &str, id: &AssetId) -> String {
    let symbol = if is_symbol(symbol) { symbol } else { "?" };
    match handle {
        Some(handle) if is_handle(handle) => format!("{handle}/{symbol}"),
        Some(_) => format!("?/{symbol}"),
        None => {
            let [a, b, c, d, ..] = id.0;
            format!("{symbol}#{a:02x}{b:02x}{c:02x}{d:02x}")
        }
    }
}
