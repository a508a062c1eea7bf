//! The wallet file: JSON around a sealed recovery phrase. Nothing in it can be read or swapped unnoticed
//! without the passphrase, not even addresses.
use std::path::Path;

use bitcoin::hex::{DisplayHex, FromHex};
use moneta_chain::Network;
use moneta_keys::{AccountKey, AccountPath, Mnemonic, PassphraseCost, SealedSecret, os_random};
use serde::{Deserialize, Serialize};

use crate::args::{Args, Out};
use crate::error::CliError;
use crate::{files, passphrase};

/// What `format` says.
const FORMAT: &str = "moneta.wallet.v1";
/// Longest wallet file, in bytes.
const MAX_FILE: u64 = 16_384;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WalletFile {
    format: String,
    network: String,
    /// Hexadecimal.
    sealed: String,
}

/// Seals `mnemonic` with a new passphrase and writes the file.
pub(crate) fn create(args: &Args, mnemonic: &Mnemonic, out: &Out) -> Result<(), CliError> {
    let passphrase = passphrase::new(args)?;
    let network = args.network.network();
    let sealed = SealedSecret::with_passphrase(
        &mnemonic.to_bytes(),
        &passphrase,
        PassphraseCost::STANDARD,
        &context(network),
        &mut os_random,
    )?;
    let file = WalletFile {
        format: FORMAT.to_owned(),
        network: network.name().to_owned(),
        sealed: sealed.to_bytes().to_lower_hex_string(),
    };
    let mut json = serde_json::to_string_pretty(&file).expect("strings are JSON");
    json.push('\n');
    files::write(&out.path, json.as_bytes(), out.force)
}

/// Opens the wallet at `path` and derives its account.
pub(crate) fn open(args: &Args, path: &Path) -> Result<AccountKey, CliError> {
    let bytes = files::read(path, MAX_FILE)?;
    let not_a_wallet = || CliError::NotAWallet {
        path: path.to_owned(),
    };
    let file: WalletFile = serde_json::from_slice(&bytes).map_err(|_| not_a_wallet())?;
    if file.format != FORMAT {
        return Err(not_a_wallet());
    }
    let network = args.network.network();
    if file.network != network.name() {
        return Err(CliError::WrongNetwork {
            path: path.to_owned(),
            got: file.network,
        });
    }
    let sealed = Vec::<u8>::from_hex(&file.sealed).map_err(|_| not_a_wallet())?;
    let sealed = SealedSecret::from_bytes(&sealed)?;
    let passphrase = passphrase::existing(args)?;
    let opened = sealed.open_with_passphrase(&passphrase, &context(network))?;
    let mnemonic = Mnemonic::from_bytes(&opened).ok_or_else(not_a_wallet)?;
    Ok(account(&mnemonic))
}

/// Derives the account of a phrase: the networks that run have coins without value (`m/84'/1'/0'`).
pub(crate) fn account(mnemonic: &Mnemonic) -> AccountKey {
    AccountKey::derive(&mnemonic.to_seed(""), AccountPath::TEST)
}

/// Binds the secret to its kind of file and network.
fn context(network: Network) -> Vec<u8> {
    format!("{FORMAT}:{}", network.name()).into_bytes()
}
