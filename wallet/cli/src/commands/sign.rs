//! `sign`: say what a PSBT does, ask, sign.
use std::path::Path;

use moneta_wallet::{PsbtReading, read_psbt};

use crate::args::{Args, Out};
use crate::error::CliError;
use crate::psbt_file::PsbtFile;
use crate::terminal::{ask, complain, say};
use crate::{files, wallet_file, words};

/// Who agrees, and to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consent {
    /// A person is asked.
    Ask,
    /// Given beforehand, unless there is something to look at twice.
    UnlessWarned,
    /// Given beforehand, whatever comes.
    Given,
}

impl Consent {
    /// Reads the two options.
    pub(crate) const fn of(yes: bool, despite_warnings: bool) -> Self {
        match (yes, despite_warnings) {
            (false, _) => Self::Ask,
            (true, false) => Self::UnlessWarned,
            (true, true) => Self::Given,
        }
    }
}

/// Signs the inputs that are the wallet's.
pub(crate) fn sign(
    args: &Args,
    psbt: &Path,
    wallet: &Path,
    out: &Out,
    consent: Consent,
) -> Result<(), CliError> {
    files::check_free(&out.path, out.force)?;
    let file = PsbtFile::read(psbt)?;
    let account = wallet_file::open(args, wallet)?;
    let network = args.network.network();
    let reading = read_psbt(&file.bytes, network, Some(account.public()))?;
    for line in words::describe(&reading, args.lang) {
        say(&line);
    }
    obtain(consent, &reading, args)?;
    let mut signed = reading.psbt;
    let count = account.sign(&mut signed)?;
    file.write_like(&signed, out)?;
    complain(&words::signed(
        count,
        signed.inputs.len(),
        &out.path,
        args.lang,
    ));
    Ok(())
}

fn obtain(consent: Consent, reading: &PsbtReading, args: &Args) -> Result<(), CliError> {
    match consent {
        Consent::Given => Ok(()),
        Consent::UnlessWarned if reading.warnings.is_empty() => Ok(()),
        Consent::UnlessWarned => Err(CliError::Warned),
        Consent::Ask => {
            let answer = ask(words::question(args.lang))?;
            let yes = matches!(answer.as_str(), "y" | "yes" | "是");
            yes.then_some(()).ok_or(CliError::Declined)
        }
    }
}
