//! What can be typed.
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use moneta_chain::Network;
use moneta_keys::WordCount;

/// The offline signer of Moneta: makes keys, shows what a transaction does, signs it. It never connects.
#[derive(Debug, Parser)]
#[command(name = "moneta-wallet", version, about)]
pub struct Args {
    /// Network whose addresses are shown.
    #[arg(long, value_enum, default_value = "dev", global = true)]
    pub(crate) network: NetworkName,
    /// Language of explanations.
    #[arg(long, value_enum, default_value = "en", global = true)]
    pub(crate) lang: Lang,
    /// File whose first line is the passphrase, for scripts. Otherwise `MONETA_WALLET_PASSPHRASE` is
    /// taken, and otherwise it is asked for.
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) passphrase_file: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a new wallet, and show its recovery phrase once.
    New {
        /// Length of the recovery phrase.
        #[arg(long, value_enum, default_value = "24")]
        words: Words,
        /// Show the recovery phrase even where the output is no terminal.
        #[arg(long)]
        print_phrase: bool,
        #[command(flatten)]
        out: Out,
    },
    /// Make a wallet file from a recovery phrase.
    Restore {
        /// File that holds the recovery phrase; otherwise it is asked for.
        #[arg(long, value_name = "FILE")]
        phrase_file: Option<PathBuf>,
        #[command(flatten)]
        out: Out,
    },
    /// Print the descriptor, from which a gateway can watch the wallet but not spend.
    Descriptor {
        #[command(flatten)]
        wallet: WalletArg,
    },
    /// Print an address.
    Address {
        /// Which address, counted from 0.
        #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=0x7fff_ffff))]
        index: u32,
        #[command(flatten)]
        wallet: WalletArg,
    },
    /// Say in plain sentences what a PSBT does.
    Show {
        /// The PSBT, binary or base64.
        psbt: PathBuf,
        /// Wallet file; with it, the wallet's own change is told from payments.
        #[arg(long, value_name = "FILE", env = "MONETA_WALLET")]
        wallet: Option<PathBuf>,
    },
    /// Say what a PSBT does, ask, and sign it.
    Sign {
        /// The PSBT, binary or base64.
        psbt: PathBuf,
        #[command(flatten)]
        wallet: WalletArg,
        #[command(flatten)]
        out: Out,
        /// Sign without asking.
        #[arg(long)]
        yes: bool,
        /// With --yes: sign even where a warning says to look twice.
        #[arg(long, requires = "yes")]
        despite_warnings: bool,
    },
}

/// Which wallet.
#[derive(Debug, clap::Args)]
pub(crate) struct WalletArg {
    /// Wallet file.
    #[arg(id = "wallet", long, value_name = "FILE", env = "MONETA_WALLET")]
    pub(crate) path: PathBuf,
}

/// Where the result goes.
#[derive(Debug, clap::Args)]
pub(crate) struct Out {
    /// File to write.
    #[arg(id = "out", long, value_name = "FILE")]
    pub(crate) path: PathBuf,
    /// Overwrite the file if it exists.
    #[arg(long)]
    pub(crate) force: bool,
}

/// Network by name.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum NetworkName {
    /// The public test network.
    Test,
    /// A chain of one's own.
    Dev,
}

impl NetworkName {
    pub(crate) const fn network(self) -> Network {
        match self {
            Self::Test => Network::Test,
            Self::Dev => Network::Dev,
        }
    }
}

/// Language of explanations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// English.
    En,
    /// Simplified Chinese.
    Zh,
}

impl Lang {
    pub(crate) const fn of_mips(self) -> moneta_mips::Lang {
        match self {
            Self::En => moneta_mips::Lang::En,
            Self::Zh => moneta_mips::Lang::Zh,
        }
    }
}

/// Length of a recovery phrase.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Words {
    /// 128 bits.
    #[value(name = "12")]
    Twelve,
    /// 256 bits.
    #[value(name = "24")]
    TwentyFour,
}

impl Words {
    pub(crate) const fn count(self) -> WordCount {
        match self {
            Self::Twelve => WordCount::Twelve,
            Self::TwentyFour => WordCount::TwentyFour,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn what_can_be_typed_hangs_together() {
        Args::command().debug_assert();
    }
}
