//! `moneta node` as a child process: start, stop, kill, start again over the same folder.
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::process::Process;
use crate::sandbox::{Client, binary};

/// A running `moneta node` on the dev network, over a folder of its own.
pub struct Node {
    process: Process,
    dir: TempDir,
    peers: SocketAddr,
    status: String,
}

impl Node {
    /// Starts a node over a fresh folder that is removed with it; it connects with these only.
    pub fn start(connect: &[SocketAddr]) -> Self {
        Self::start_with(&connect_with(connect))
    }

    /// Starts a node over a fresh folder, with more arguments.
    pub fn start_with(args: &[String]) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (process, peers, status) = spawn(dir.path(), args);
        Self {
            process,
            dir,
            peers,
            status,
        }
    }

    /// Returns where others reach it.
    pub const fn address(&self) -> SocketAddr {
        self.peers
    }

    /// Returns the folder of the node.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Returns what it tells of itself.
    ///
    /// # Panics
    /// It does not answer.
    pub fn status(&self) -> Value {
        Client::new(&self.status, None).get("/status.json").ok()
    }

    /// Returns a client of its status page.
    pub fn page(&self) -> Client {
        Client::new(&self.status, None)
    }

    /// Returns the height of its best block.
    pub fn height(&self) -> u64 {
        self.status()["height"].as_u64().expect("a height")
    }

    /// Waits until its best block has this height, and returns how long that took.
    pub fn wait_for_height(&self, height: u64, patience: Duration) -> Duration {
        let began = Instant::now();
        while self.height() != height {
            assert!(
                began.elapsed() < patience,
                "not at height {height} within {patience:?}: {:#}",
                self.status()
            );
            std::thread::sleep(Duration::from_millis(25));
        }
        began.elapsed()
    }

    /// Returns the most memory it ever had, in KiB.
    ///
    /// # Panics
    /// The system does not tell.
    pub fn peak_memory_kib(&self) -> u64 {
        self.process.peak_memory_kib()
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
    pub fn restart(&mut self, connect: &[SocketAddr]) {
        self.restart_with(&connect_with(connect));
    }

    /// The same, with more arguments.
    pub fn restart_with(&mut self, args: &[String]) {
        (self.process, self.peers, self.status) = spawn(self.dir.path(), args);
    }

    /// Stops it, and returns the digest of its chain's state.
    pub fn stop_and_digest(mut self) -> String {
        assert!(self.interrupt().success(), "a clean end");
        digest(self.dir.path())
    }
}

/// Returns the digest of the state of a chain on which nobody runs.
///
/// # Panics
/// There is none, or it is in use.
pub fn digest(dir: &Path) -> String {
    let output = Command::new(binary("moneta"))
        .args(["store", "digest", "--network", "dev", "--data-dir"])
        .arg(dir)
        .output()
        .expect("moneta can be started");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn connect_with(peers: &[SocketAddr]) -> Vec<String> {
    let argument = |peer: &SocketAddr| format!("--connect={peer}");
    peers.iter().map(argument).collect()
}

/// Starts the binary and waits until it is ready; returns where it is reached by peers and by browsers.
fn spawn(dir: &Path, args: &[String]) -> (Process, SocketAddr, String) {
    let mut command = Command::new(binary("moneta"));
    command.args(["node", "--network", "dev"]);
    if !args.iter().any(|arg| arg.starts_with("--listen=")) {
        command.args(["--port", "0"]);
    }
    command
        .args(["--status", "127.0.0.1:0", "--data-dir"])
        .arg(dir)
        .args(args);
    let (process, lines) =
        Process::start(&mut command).unwrap_or_else(|said| panic!("moneta node: {said}"));
    let field = |name: &str| {
        let rest = lines.iter().find_map(|line| line.trim().strip_prefix(name));
        rest.map(|rest| rest.trim().to_owned())
    };
    let peers = field("Peers").expect("it says where peers reach it");
    let peers = peers.parse().expect("an address");
    let status = field("Status").expect("it says where browsers reach it");
    (process, peers, status)
}
