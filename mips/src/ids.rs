//! Names of things that live in the registry: 32-byte ids, handles and symbols.
use std::fmt;
use std::str::FromStr;

use bitcoin::OutPoint;
use bitcoin::hashes::hex::FromHex;
use moneta_chain::tagged_hash;
use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $tag:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 32]);

        impl $name {
            /// Returns the id of what the operation at `operation` creates in the transaction whose
            /// first input spends `first_input`: `tagged_hash(tag, txid || vout LE || operation LE)`.
            pub fn derive(first_input: &OutPoint, operation: u32) -> Self {
                let outpoint = bitcoin::consensus::serialize(first_input);
                Self(tagged_hash($tag, &[&outpoint, &operation.to_le_bytes()]))
            }
        }

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

id!(
    /// Names an asset for ever: 64 hexadecimal digits, not reversed.
    AssetId, "moneta/asset"
);
id!(
    /// Names an identity for ever: 64 hexadecimal digits, not reversed. `did:moneta:<id>`.
    IdentityId, "moneta/identity"
);
