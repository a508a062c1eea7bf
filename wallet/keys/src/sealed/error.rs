//! Why a secret is not sealed or not opened.

/// One variant, one reason. None says anything about the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Wrong key, passphrase or context, or changed bytes: they can't be told apart.
    #[error("wrong passphrase or key, or the sealed secret was changed")]
    WrongKey,
    /// Sealed with a passphrase, opened with a key.
    #[error("this secret is sealed with a passphrase, not with a key")]
    NeedsPassphrase,
    /// Sealed with a key, opened with a passphrase.
    #[error("this secret is sealed with a key, not with a passphrase")]
    NeedsKey,
    /// The bytes are no sealed secret.
    #[error("this is not a sealed secret, or it is cut short")]
    Malformed,
    /// Written by a later program.
    #[error("this sealed secret has version {got}; this program knows version 1")]
    UnknownVersion {
        /// Its version.
        got: u8,
    },
    /// The stored cost is outside what any honest writer uses.
    #[error(
        "the cost of the passphrase is out of bounds: {memory_kib} KiB, {passes} passes, {lanes} lanes"
    )]
    CostOutOfBounds {
        /// Memory in KiB.
        memory_kib: u32,
        /// Passes over the memory.
        passes: u32,
        /// Lanes.
        lanes: u32,
    },
    /// The machine has too little memory.
    #[error(
        "stretching the passphrase needs {memory_kib} KiB of memory, which this machine refuses"
    )]
    NoMemory {
        /// Memory in KiB.
        memory_kib: u32,
    },
    /// The secret is too long to seal.
    #[error("a sealed secret has at most 65,536 bytes, not {got}")]
    TooLong {
        /// How many bytes were given.
        got: usize,
    },
}

impl SealError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongKey => "seal.wrong_key",
            Self::NeedsPassphrase => "seal.needs_passphrase",
            Self::NeedsKey => "seal.needs_key",
            Self::Malformed => "seal.malformed",
            Self::UnknownVersion { .. } => "seal.unknown_version",
            Self::CostOutOfBounds { .. } => "seal.cost_out_of_bounds",
            Self::NoMemory { .. } => "seal.no_memory",
            Self::TooLong { .. } => "seal.too_long",
        }
    }
}
