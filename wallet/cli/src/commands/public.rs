//! `descriptor` and `address`: what others may know.
use std::path::Path;

use moneta_chain::address_of;
use moneta_keys::Keychain;

use crate::args::Args;
use crate::error::CliError;
use crate::terminal::say;
use crate::wallet_file;

/// Prints the descriptor.
pub(crate) fn descriptor(args: &Args, wallet: &Path) -> Result<(), CliError> {
    let account = wallet_file::open(args, wallet)?;
    say(&account.public().to_string());
    Ok(())
}

/// Prints the address at `index`.
pub(crate) fn address(args: &Args, wallet: &Path, index: u32) -> Result<(), CliError> {
    let account = wallet_file::open(args, wallet)?;
    let script = account.public().script(Keychain::External, index);
    let address = address_of(&script, args.network.network());
    say(&address.expect("P2WPKH has an address"));
    Ok(())
}
