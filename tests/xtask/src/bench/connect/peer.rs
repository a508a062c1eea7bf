//! Bitcoin Core's engine in a process of its own, built on demand: it needs cmake, Boost and minutes.
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, bail, ensure};
use bitcoin::consensus;
use moneta_chain::SealedBlock;

/// Where the peer's own workspace is.
const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../peers/Cargo.toml");
const BINARY: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../peers/target/release/moneta-peers"
);

/// The running engine.
pub(super) struct Peer {
    process: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    /// Builds and starts the engine over an empty folder; `blocks` are all that it will be asked to connect.
    pub(super) fn start<'a>(
        dir: &Path,
        blocks: impl IntoIterator<Item = &'a SealedBlock>,
        threads: usize,
    ) -> anyhow::Result<Self> {
        build()?;
        let file = dir.join("blocks.raw");
        let mut bytes = Vec::new();
        for block in blocks {
            let block = consensus::serialize(&block.block);
            bytes.extend(u32::try_from(block.len())?.to_le_bytes());
            bytes.extend(block);
        }
        std::fs::write(&file, bytes)?;
        let mut process = Command::new(BINARY)
            .arg(dir)
            .arg(&file)
            // The thread that connects works too.
            .arg((threads - 1).to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("the peer can't be started")?;
        let orders = process.stdin.take().context("no way to the peer")?;
        let answers = process.stdout.take().context("no way from the peer")?;
        Ok(Self {
            process,
            orders,
            answers: BufReader::new(answers),
        })
    }

    /// Connects the next blocks and returns the seconds they took.
    pub(super) fn connect(&mut self, blocks: usize) -> anyhow::Result<f64> {
        writeln!(self.orders, "{blocks}")?;
        self.orders.flush()?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        ensure!(!line.is_empty(), "the peer refuses a block that we took");
        let nanos: u64 = line.trim().parse()?;
        Ok(std::time::Duration::from_nanos(nanos).as_secs_f64())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Whatever becomes of it, nothing is left to ask.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn build() -> anyhow::Result<()> {
    let cmake = Command::new("cmake").arg("--version").output();
    if !cmake.is_ok_and(|found| found.status.success()) {
        bail!("cmake is missing (apt-get install cmake libboost-dev)");
    }
    println!("building the peer (minutes, the first time)");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args([
            "build",
            "--quiet",
            "--release",
            "--locked",
            "--manifest-path",
            MANIFEST,
        ])
        .output()
        .context("cargo can't be started")?;
    let told = String::from_utf8_lossy(&built.stderr);
    let last = told.lines().rfind(|line| !line.trim().is_empty());
    ensure!(
        built.status.success(),
        "bitcoinkernel can't be built, is libboost-dev there? {}",
        last.unwrap_or_default()
    );
    Ok(())
}
