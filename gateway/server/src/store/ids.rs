//! Names that the gateway gives: a prefix that tells the kind, and 128 random bits.
use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub(crate) struct $name(String);

        impl $name {
            /// Wraps what a client wrote; whether it names anything is for the store to say.
            pub(crate) fn from_text(text: &str) -> Self {
                Self(text.to_owned())
            }

            /// Makes a new name.
            pub(crate) fn new(prefix: &str, random: &[u8; 16]) -> Self {
                Self(format!("{prefix}_{}", hex(random)))
            }

            /// Returns the text.
            pub(crate) fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A customer of the gateway: whose wallets these are.
    TenantId
);
id!(
    /// A wallet, `wal_...`.
    WalletId
);
id!(
    /// A write on the chain: `pay_...`, `ntr_...`, `op_...`.
    OperationId
);

/// Writes bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
