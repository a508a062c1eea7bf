//! PSBT files: what was base64 stays base64.
use std::path::Path;

use bitcoin::Psbt;
use moneta_wallet::MAX_PSBT;
use zeroize::Zeroizing;

use crate::args::Out;
use crate::error::CliError;
use crate::files;

/// Base64 and line breaks make a file longer than the PSBT in it.
const MAX_FILE: u64 = 2 * MAX_PSBT as u64;

/// A PSBT file as it was read.
pub(crate) struct PsbtFile {
    pub(crate) bytes: Zeroizing<Vec<u8>>,
}

impl PsbtFile {
    /// Reads the file.
    pub(crate) fn read(path: &Path) -> Result<Self, CliError> {
        let bytes = files::read(path, MAX_FILE)?;
        Ok(Self { bytes })
    }

    /// Writes `psbt` in the form that this file has.
    pub(crate) fn write_like(&self, psbt: &Psbt, out: &Out) -> Result<(), CliError> {
        let bytes = if self.bytes.starts_with(b"psbt\xff") {
            psbt.serialize()
        } else {
            format!("{psbt}\n").into_bytes()
        };
        files::write(&out.path, &bytes, out.force)
    }
}
