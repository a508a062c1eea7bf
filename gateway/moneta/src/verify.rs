//! `moneta verify`: checks a notarisation proof with nothing but the file: no server, no network.
use std::io::{Read, Write};
use std::path::PathBuf;

use anyhow::{Context, bail, ensure};
use bitcoin::hashes::{Hash, HashEngine, sha256};
use moneta_chain::Params;
use moneta_wallet::light::{AnchorProof, verify_anchor};
use time::OffsetDateTime;
use time::macros::format_description;

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
    let file = std::fs::File::open(&args.proof)
        .with_context(|| format!("{} can't be opened", args.proof.display()))?;
    let mut text = String::new();
    file.take(MAX_PROOF_BYTES + 1)
        .read_to_string(&mut text)
        .context("the proof is not text")?;
    ensure!(
        text.len() as u64 <= MAX_PROOF_BYTES,
        "the proof is larger than {MAX_PROOF_BYTES} bytes"
    );
    let proof: AnchorProof =
        serde_json::from_str(&text).context("this is not a notarisation proof")?;
    let verified = verify_anchor(&proof, &Params::dev())
        .map_err(|err| anyhow::anyhow!("{err} [{}]", err.code()))?;
    let digest = verified
        .digest
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    match (&args.file, &args.digest) {
        (Some(path), _) => {
            let document = sha256_of(path)?;
            ensure!(
                document == digest,
                "{} has SHA-256 {document}, but the proof is about {digest}",
                path.display()
            );
        }
        (None, Some(expected)) if !expected.eq_ignore_ascii_case(&digest) => {
            bail!("the proof is about {digest}, not {expected}");
        }
        _ => {}
    }
    let mut out = std::io::stdout();
    writeln!(out, "The proof holds: SHA-256 {digest}")?;
    writeln!(out, "is in transaction {}", verified.txid)?;
    writeln!(
        out,
        "of block {} at height {},",
        verified.block_id, verified.height
    )?;
    writeln!(
        out,
        "mined {}. Confirmations in the proof: {}, every seal checked.",
        utc(verified.time),
        verified.confirmations
    )?;
    Ok(())
}

fn sha256_of(path: &std::path::Path) -> anyhow::Result<String> {
    let mut file =
        std::fs::File::open(path).with_context(|| format!("{} can't be opened", path.display()))?;
    let mut engine = sha256::Hash::engine();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file
            .read(&mut buffer)
            .with_context(|| format!("{} can't be read", path.display()))?;
        if read == 0 {
            return Ok(sha256::Hash::from_engine(engine).to_string());
        }
        engine.input(&buffer[..read]);
    }
}

/// Writes seconds since 1970 as `YYYY-MM-DD HH:MM:SS UTC`.
fn utc(seconds: u32) -> String {
    let time = OffsetDateTime::from_unix_timestamp(seconds.into())
        .expect("every u32 is a date before 2107");
    let form = format_description!("[year]-[month]-[day] [hour]:[minute]:[second] UTC");
    time.format(form)
        .expect("the form asks for nothing a date lacks")
}

#[cfg(test)]
mod tests {
    use super::utc;

    #[test]
    fn seconds_become_the_date_they_are() {
        assert_eq!(utc(0), "1970-01-01 00:00:00 UTC");
        assert_eq!(utc(951_782_400), "2000-02-29 00:00:00 UTC");
        assert_eq!(utc(1_296_688_602), "2011-02-02 23:16:42 UTC");
        assert_eq!(utc(u32::MAX), "2106-02-07 06:28:15 UTC");
    }
}
