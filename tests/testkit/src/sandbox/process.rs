//! The sandbox as a child process: start, stop, kill, start again over the same folder.
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::{Client, binary};
use crate::process::Process;

/// A running `moneta sandbox` over a folder of its own.
pub struct Sandbox {
    process: Process,
    dir: Folder,
    extra: Vec<String>,
    facts: Value,
}

enum Folder {
    Own(TempDir),
    Given(PathBuf),
}

impl Folder {
    fn path(&self) -> &Path {
        match self {
            Self::Own(dir) => dir.path(),
            Self::Given(path) => path,
        }
    }
}

impl Sandbox {
    /// Starts a sandbox over a fresh folder that is removed with it.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts a sandbox with more arguments.
    pub fn start_with(extra: &[&str]) -> Self {
        let dir = Folder::Own(tempfile::tempdir().expect("a temporary folder"));
        Self::launch(dir, extra.iter().map(ToString::to_string).collect())
    }

    /// Starts a sandbox over `dir`, which stays.
    pub fn start_in(dir: &Path, extra: &[&str]) -> Self {
        Self::launch(
            Folder::Given(dir.to_owned()),
            extra.iter().map(ToString::to_string).collect(),
        )
    }

    /// Starts a sandbox over `dir` by way of another program, which gets the command line behind its own arguments.
    ///
    /// # Errors
    /// It ended before it was ready: what it said.
    pub fn start_under(program: &[String], dir: &Path) -> Result<Self, String> {
        let extra = vec!["--block-time".to_owned(), "1".to_owned()];
        let (process, facts) = spawn(program, dir, &extra)?;
        let dir = Folder::Given(dir.to_owned());
        Ok(Self {
            process,
            dir,
            extra,
            facts,
        })
    }

    /// Waits until it ends by itself; `None` if it goes on for longer than `patience`.
    pub fn ended_within(&mut self, patience: Duration) -> Option<ExitStatus> {
        self.process.ended_within(patience)
    }

    fn launch(dir: Folder, extra: Vec<String>) -> Self {
        let (process, facts) =
            spawn(&[], dir.path(), &extra).unwrap_or_else(|said| panic!("{said}"));
        Self {
            process,
            dir,
            extra,
            facts,
        }
    }

    /// Returns the base URL.
    pub fn url(&self) -> &str {
        self.facts["url"]
            .as_str()
            .expect("sandbox.json names the url")
    }

    /// Returns the demo API key.
    pub fn api_key(&self) -> &str {
        self.facts["api_key"]
            .as_str()
            .expect("sandbox.json names the key")
    }

    /// Returns where nodes reach it.
    ///
    /// # Panics
    /// It was not started with `--p2p`.
    pub fn p2p(&self) -> SocketAddr {
        let address = self.facts["p2p"].as_str().expect("started with --p2p");
        address.parse().expect("an address")
    }

    /// Mines so many blocks.
    pub fn mine(&self, count: u32) {
        let body = serde_json::json!({ "count": count });
        self.client().post("/v1/blocks", &body).ok();
    }

    /// Returns height and id of the best block.
    pub fn tip(&self) -> (u64, String) {
        let chain = self.client().get("/v1/chain").ok();
        let height = chain["height"].as_u64().expect("a height");
        let id = chain["tip_hash"].as_str().expect("an id").to_owned();
        (height, id)
    }

    /// Returns the folder of the sandbox.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Returns a client with the demo key.
    pub fn client(&self) -> Client {
        Client::new(self.url(), Some(self.api_key()))
    }

    /// Ends the process at once, as a power cut would (SIGKILL).
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Asks the process to stop as Ctrl-C does, and returns how it ended.
    pub fn interrupt(&mut self) -> ExitStatus {
        self.process.interrupt()
    }

    /// Starts again over the same folder after [`Self::kill`] or [`Self::interrupt`].
    pub fn restart(&mut self) {
        let (process, facts) =
            spawn(&[], self.dir.path(), &self.extra).unwrap_or_else(|said| panic!("{said}"));
        self.process = process;
        self.facts = facts;
    }
}

/// Starts the binary, by way of `program` if one is given, and waits until it is ready.
fn spawn(program: &[String], dir: &Path, extra: &[String]) -> Result<(Process, Value), String> {
    let mut command = match program.split_first() {
        None => Command::new(binary("moneta")),
        Some((program, args)) => {
            let mut command = Command::new(program);
            command.args(args).arg(binary("moneta"));
            command
        }
    };
    command
        .args(["sandbox", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(dir)
        .args(extra);
    let (process, _) =
        Process::start(&mut command).map_err(|said| format!("moneta sandbox: {said}"))?;
    let facts = std::fs::read_to_string(dir.join("sandbox.json"))
        .expect("a ready sandbox wrote sandbox.json");
    let facts = serde_json::from_str(&facts).expect("sandbox.json is JSON");
    Ok((process, facts))
}
