//! Several stores at the same work, in turns: each does a step while the others wait, so that all meet the same noise
//! of the machine.
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::Context;
use tempfile::TempDir;

use super::build::BINARY;

/// What a store told: each figure once for each round that it was measured in.
pub(super) type Figures = BTreeMap<String, Vec<f64>>;

/// Does the work with every store of `names`; a store whose turns take longer than `patience` together is left behind
/// there, with the figures it has told by then.
pub(super) fn take_turns(
    names: &[String],
    coins: u64,
    patience: Duration,
) -> anyhow::Result<BTreeMap<String, Figures>> {
    let players = names
        .iter()
        .map(|name| Player::start(name, coins, patience));
    let mut players = players.collect::<anyhow::Result<Vec<_>>>()?;
    while players.iter().any(|player| !player.is_done) {
        for player in players.iter_mut().filter(|player| !player.is_done) {
            player.step()?;
        }
    }
    let told = players.iter_mut();
    Ok(told
        .map(|player| (player.name.clone(), std::mem::take(&mut player.figures)))
        .collect())
}

/// One store, in a process and a folder of its own.
struct Player {
    name: String,
    process: Child,
    go: ChildStdin,
    lines: Receiver<String>,
    figures: Figures,
    is_done: bool,
    /// How long its turns may still take.
    patience: Duration,
    /// Goes with everything in it when this goes.
    _folder: TempDir,
}

impl Player {
    fn start(name: &str, coins: u64, patience: Duration) -> anyhow::Result<Self> {
        let folder = folder()?;
        let mut process = Command::new(BINARY)
            .arg(name)
            .arg(folder.path())
            .arg(coins.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{name} can't be started"))?;
        let go = process.stdin.take().context("its input is a pipe")?;
        let told = process.stdout.take().context("its output is a pipe")?;
        let (tell, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(told).lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    return;
                }
            }
        });
        let mut player = Self {
            name: name.to_owned(),
            process,
            go,
            lines,
            figures: Figures::new(),
            is_done: false,
            patience,
            _folder: folder,
        };
        // Nobody begins before all that came earlier are where they wait for their first turn.
        player.listen()?;
        Ok(player)
    }

    fn step(&mut self) -> anyhow::Result<()> {
        // Who ended meanwhile says so below.
        let _ = self.go.write_all(b"\n");
        self.listen()
    }

    /// Notes what the store tells until its turn is over.
    fn listen(&mut self) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            let left = self.patience.saturating_sub(began.elapsed());
            match self.lines.recv_timeout(left) {
                Ok(line) if line == "turn" => {
                    self.patience = left;
                    return Ok(());
                }
                Ok(line) => {
                    if let Some((figure, value)) = figure_of(&line) {
                        println!("      {:<8} {figure:<22} {value:>12.1}", self.name);
                        self.figures.entry(figure).or_default().push(value);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    println!("      {} took too long: left behind", self.name);
                    self.process.kill()?;
                    self.process.wait()?;
                    self.is_done = true;
                    return Ok(());
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let status = self.process.wait()?;
                    anyhow::ensure!(status.success(), "{} fails: {status}", self.name);
                    self.is_done = true;
                    return Ok(());
                }
            }
        }
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        // After an error elsewhere it would wait for its turn for ever.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Reads a line `figure NAME VALUE`.
pub(super) fn figure_of(line: &str) -> Option<(String, f64)> {
    let (name, value) = line.strip_prefix("figure ")?.split_once(' ')?;
    Some((name.to_owned(), value.parse().ok()?))
}

/// Where builds go there is a disk; temporary folders may lie in memory.
pub(super) fn folder() -> anyhow::Result<TempDir> {
    let beside = Path::new(BINARY).parent().context("no target folder")?;
    Ok(TempDir::new_in(beside)?)
}
