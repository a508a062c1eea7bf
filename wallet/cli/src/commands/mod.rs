//! One command per file.
mod create;
mod public;
mod show;
mod sign;

use crate::args::{Args, Command};
use crate::error::CliError;

/// Does what was typed.
pub(crate) fn run(args: &Args) -> Result<(), CliError> {
    match &args.command {
        Command::New {
            words,
            print_phrase,
            out,
        } => create::new(args, words.count(), *print_phrase, out),
        Command::Restore { phrase_file, out } => create::restore(args, phrase_file.as_deref(), out),
        Command::Descriptor { wallet } => public::descriptor(args, &wallet.path),
        Command::Address { index, wallet } => public::address(args, &wallet.path, *index),
        Command::Show { psbt, wallet } => show::show(args, psbt, wallet.as_deref()),
        Command::Sign {
            psbt,
            wallet,
            out,
            yes,
            despite_warnings,
        } => {
            let consent = sign::Consent::of(*yes, *despite_warnings);
            sign::sign(args, psbt, &wallet.path, out, consent)
        }
    }
}
