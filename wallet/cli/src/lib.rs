//! The offline signer as a library, so that `moneta wallet` runs the same program.
#![doc = include_str!("../README.md")]

mod args;
mod commands;
mod error;
mod files;
mod passphrase;
mod psbt_file;
mod terminal;
mod wallet_file;
mod words;

use std::process::ExitCode;

pub use args::Args;

/// Runs the program, and says on stderr why it refused.
pub fn run(args: &Args) -> ExitCode {
    match commands::run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            terminal::complain(&format!("error: {error}\ncode: {}", error.code()));
            ExitCode::FAILURE
        }
    }
}
