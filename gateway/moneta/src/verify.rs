//! `moneta verify`: checks a notarisation proof with nothing but the file: no server, no network.
use std::io::{Read, Write};
use std::path::PathBuf;

use anyhow::{Context, bail, ensure};
use bitcoin::hashes::{Hash, HashEngine, sha256};
use moneta_chain::Params;
use moneta_wallet::light::{AnchorProof, verify_anchor};

/// Most bytes a proof file may have; the largest honest one is far smaller.
const MAX_PROOF_BYTES: u64 = 4 << 20;

/// Arguments of `moneta verify`.
#[derive(clap::Args, Debug)]
pub(crate) struct VerifyArgs {
    /// The proof, as `/v1/notarisations/{id}/proof` gives it
    proof: PathBuf,
    /// The document; its SHA-256 must be the digest of the proof
    #[arg(long)]
    file: Option<PathBuf>,
    /// The SHA-256 the proof must be about, in hexadecimal
    #[arg(long, conflicts_with = "file")]
    digest: Option<String>,
}

/// Checks the proof and says what it shows.
pub(crate) fn run(args: &VerifyArgs) -> anyhow::Result<()> {
    let file = std::fs::File::open(&args.proof).with_context(|| format!("{} can't be opened", args.proof.display()))?;
    let mut text = String::new();
    file.take(MAX_PROOF_BYTES + 1).read_to_string(&mut text).context("the proof is not text")?;
    ensure!(text.len() as u64 <= MAX_PROOF_BYTES, "the proof is larger than {MAX_PROOF_BYTES} bytes");
    let proof: AnchorProof = serde_json::from_str(&text).context("this is not a notarisation proof")?;
    let verified = verify_anchor(&proof, &Params::dev()).map_err(|err| anyhow::anyhow!("{err} [{}]", err.code()))?;
    let digest = verified.digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    match (&args.file, &args.digest) {
        (Some(path), _) => {
            let document = sha256_of(path)?;
            ensure!(document == digest, "{} has SHA-256 {document}, but the proof is about {digest}", path.display());
        }
        (None, Some(expected)) if !expected.eq_ignore_ascii_case(&digest) => {
            bail!("the proof is about {digest}, not {expected}");
        }
        _ => {}
    }
    let mut out = std::io::stdout();
    writeln!(out, "The proof holds: SHA-256 {digest}")?;
    writeln!(out, "is in transaction {}", verified.txid)?;
    writeln!(out, "of block {} at height {},", verified.block_id, verified.height)?;
    writeln!(out, "whose time is {} and whose seal and {} blocks after it were checked.", utc(verified.time), verified.confirmations)?;
    Ok(())
}

fn sha256_of(path: &std::path::Path) -> anyhow::Result<String> {
    let mut file = std::fs::File::open(path).with_context(|| format!("{} can't be opened", path.display()))?;
    let mut engine = sha256::Hash::engine();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer).with_context(|| format!("{} can't be read", path.display()))?;
        if read == 0 {
            return Ok(sha256::Hash::from_engine(engine).to_string());
        }
        engine.input(&buffer[..read]);
    }
}

/// Writes seconds since 1970 as `YYYY-MM-DD HH:MM:SS UTC` (proleptic Gregorian calendar).
fn utc(seconds: u32) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Civil date from day number: years are counted from March so that the leap day comes last.
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u32::from(month <= 2);
    format!("{year}-{month:02}-{day:02} {:02}:{:02}:{:02} UTC", rest / 3_600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::utc;

    #[test]
    fn seconds_become_the_date_they_are() {
        assert_eq!(utc(0), "1970-01-01 00:00:00 UTC");
        assert_eq!(utc(951_782_400), "2000-02-29 00:00:00 UTC");
        assert_eq!(utc(1_296_688_602), "2011-02-02 23:16:42 UTC");
        assert_eq!(utc(4_102_444_799), "2099-12-31 23:59:59 UTC");
    }
}
