//! Where the passphrase comes from: a file, the environment, or a person.
use zeroize::Zeroizing;

use crate::args::Args;
use crate::error::CliError;
use crate::{files, terminal};

/// Environment variable for scripts.
const VARIABLE: &str = "MONETA_WALLET_PASSPHRASE";
/// Shortest passphrase for a new wallet, in characters.
const LEAST: usize = 8;
/// Longest passphrase file, in bytes.
const MAX_FILE: u64 = 4_096;

/// Gets the passphrase of an existing wallet.
pub(crate) fn existing(args: &Args) -> Result<Zeroizing<String>, CliError> {
    match given(args)? {
        Some(passphrase) => Ok(passphrase),
        None => terminal::ask_secret("Passphrase of the wallet: "),
    }
}

/// Gets the passphrase of a new wallet; a person types it twice.
pub(crate) fn new(args: &Args) -> Result<Zeroizing<String>, CliError> {
    let passphrase = match given(args)? {
        Some(passphrase) => passphrase,
        None => {
            let first = terminal::ask_secret("New passphrase: ")?;
            let second = terminal::ask_secret("The same again: ")?;
            if *first != *second {
                return Err(CliError::PassphrasesDiffer);
            }
            first
        }
    };
    if passphrase.chars().count() < LEAST {
        return Err(CliError::WeakPassphrase { least: LEAST });
    }
    Ok(passphrase)
}

fn given(args: &Args) -> Result<Option<Zeroizing<String>>, CliError> {
    if let Some(path) = &args.passphrase_file {
        let bytes = files::read(path, MAX_FILE)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| CliError::Read {
            path: path.clone(),
            source: std::io::ErrorKind::InvalidData.into(),
        })?;
        let line = text.lines().next().unwrap_or_default();
        return Ok(Some(Zeroizing::new(line.to_owned())));
    }
    Ok(std::env::var(VARIABLE).ok().map(Zeroizing::new))
}
