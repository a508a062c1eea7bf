//! `show`: what a PSBT does, in plain sentences.
use std::path::Path;

use moneta_wallet::read_psbt;

use crate::args::Args;
use crate::error::CliError;
use crate::psbt_file::PsbtFile;
use crate::terminal::say;
use crate::{wallet_file, words};

/// Prints what the PSBT does. Without a wallet, its own change is shown as payments.
pub(crate) fn show(args: &Args, psbt: &Path, wallet: Option<&Path>) -> Result<(), CliError> {
    let file = PsbtFile::read(psbt)?;
    let account = wallet
        .map(|path| wallet_file::open(args, path))
        .transpose()?;
    let account = account.as_ref().map(|account| account.public());
    let reading = read_psbt(&file.bytes, args.network.network(), account)?;
    for line in words::describe(&reading, args.lang) {
        say(&line);
    }
    Ok(())
}
