//! `new` and `restore`: a wallet file out of randomness or of a recovery phrase.
use std::path::Path;

use moneta_keys::{Mnemonic, WordCount, os_random};
use zeroize::Zeroizing;

use crate::args::{Args, Out};
use crate::error::CliError;
use crate::terminal::{self, complain, say};
use crate::{files, wallet_file};

/// Longest phrase file, in bytes.
const MAX_PHRASE_FILE: u64 = 4_096;

/// Makes a new wallet.
pub(crate) fn new(
    args: &Args,
    words: WordCount,
    print_phrase: bool,
    out: &Out,
) -> Result<(), CliError> {
    files::check_free(&out.path, out.force)?;
    let mnemonic = Mnemonic::generate(words, &mut os_random);
    wallet_file::create(args, &mnemonic, out)?;
    if print_phrase || terminal::is_watched() {
        complain("Write these words down on paper, in this order. They are shown only now.");
        complain("Whoever has them has the money; without them and without the file, it is lost.");
        say(&mnemonic.phrase());
    } else {
        complain("The recovery phrase was not shown: the output is no terminal (--print-phrase).");
    }
    report(out);
    Ok(())
}

/// Makes a wallet file from a phrase.
pub(crate) fn restore(args: &Args, phrase: Option<&Path>, out: &Out) -> Result<(), CliError> {
    files::check_free(&out.path, out.force)?;
    let phrase = match phrase {
        Some(path) => {
            let bytes = files::read(path, MAX_PHRASE_FILE)?;
            let text = std::str::from_utf8(&bytes).map_err(|_| CliError::Read {
                path: path.to_owned(),
                source: std::io::ErrorKind::InvalidData.into(),
            })?;
            Zeroizing::new(text.to_owned())
        }
        None => terminal::ask_secret("Recovery phrase (not shown): ")?,
    };
    let mnemonic = Mnemonic::parse(&phrase)?;
    wallet_file::create(args, &mnemonic, out)?;
    report(out);
    Ok(())
}

fn report(out: &Out) {
    complain(&format!("Wallet written to {}", out.path.display()));
}
