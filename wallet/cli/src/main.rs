//! moneta-wallet: the offline signer.
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    moneta_wallet_cli::run(&moneta_wallet_cli::Args::parse())
}
