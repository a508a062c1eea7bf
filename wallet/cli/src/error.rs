//! Why the program refused.
use std::path::PathBuf;

use moneta_keys::{MnemonicError, SealError, SignError};
use moneta_wallet::PsbtError;

/// One variant, one reason.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// A file can't be read.
    #[error("{path} can't be read: {source}")]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    /// A file can't be written.
    #[error("{path} can't be written: {source}")]
    Write {
        path: PathBuf,
        source: std::io::Error,
    },
    /// The file is there already.
    #[error("{path} exists already; --force overwrites it")]
    Exists { path: PathBuf },
    /// The file is longer than anything that belongs there.
    #[error("{path} is longer than {most} bytes: this can't be the right file")]
    TooLong { path: PathBuf, most: u64 },
    /// The file is no wallet.
    #[error("{path} is no wallet file of this program")]
    NotAWallet { path: PathBuf },
    /// The wallet belongs to another network.
    #[error("{path} is a wallet of the {got} network; --network {got} opens it")]
    WrongNetwork { path: PathBuf, got: String },
    /// The secret can't be sealed or opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The recovery phrase is none.
    #[error(transparent)]
    Mnemonic(#[from] MnemonicError),
    /// The PSBT is refused.
    #[error(transparent)]
    Psbt(#[from] PsbtError),
    /// The PSBT can't be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The terminal can't be used.
    #[error(
        "nothing can be asked here ({0}); scripts use --passphrase-file, --phrase-file and --yes"
    )]
    Terminal(std::io::Error),
    /// The passphrase is too short to protect anything.
    #[error("the passphrase must have at least {least} characters")]
    WeakPassphrase { least: usize },
    /// The two passphrases differ.
    #[error("the two passphrases differ")]
    PassphrasesDiffer,
    /// The person said no.
    #[error("nothing was signed")]
    Declined,
    /// Signing without a person, though a person should look.
    #[error(
        "not signed: a person should look at the warnings first (--despite-warnings signs anyway)"
    )]
    Warned,
}

impl CliError {
    /// Returns the stable code of this error.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "file.unreadable",
            Self::Write { .. } => "file.unwritable",
            Self::Exists { .. } => "file.exists",
            Self::TooLong { .. } => "file.too_long",
            Self::NotAWallet { .. } => "wallet_file.malformed",
            Self::WrongNetwork { .. } => "wallet_file.wrong_network",
            Self::Seal(error) => error.code(),
            Self::Mnemonic(error) => error.code(),
            Self::Psbt(error) => error.code(),
            Self::Sign(error) => error.code(),
            Self::Terminal(_) => "terminal.unavailable",
            Self::WeakPassphrase { .. } => "passphrase.weak",
            Self::PassphrasesDiffer => "passphrase.differ",
            Self::Declined => "sign.declined",
            Self::Warned => "sign.warned",
        }
    }
}
