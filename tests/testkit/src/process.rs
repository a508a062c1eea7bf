//! A program of ours as a child process: started until it says that it is ready, killed, or asked to stop.
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// What both the sandbox and a node print once they answer.
const READY: &str = "Press Ctrl-C to stop";
/// How long a start may take on a machine with much else to do.
const START: Duration = Duration::from_secs(120);

/// A child that is killed when it is dropped.
pub(crate) struct Process(Child);

impl Process {
    /// Starts a program and waits until it is ready; returns it with the lines that it printed until then.
    ///
    /// # Errors
    /// It ended before, or took too long: what it said of that.
    pub(crate) fn start(command: &mut Command) -> Result<(Self, Vec<String>), String> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        let stdout = child.stdout.take().expect("piped");
        let mut stderr = child.stderr.take().expect("piped");
        let mut process = Self(child);
        // Both pipes are drained for as long as the child lives, so that it never blocks on them.
        let errors = std::thread::spawn(move || {
            let mut text = String::new();
            let _ = stderr.read_to_string(&mut text);
            text
        });
        let (told, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = told.send(line);
            }
        });
        let deadline = Instant::now() + START;
        let mut said = Vec::new();
        loop {
            match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    let ready = line.contains(READY);
                    said.push(line);
                    if ready {
                        return Ok((process, said));
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    process.kill();
                    return Err(format!("not ready within {START:?}: {}", heard(errors)));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let status = process.0.wait().expect("own child can be waited for");
                    return Err(format!("ended early ({status}): {}", heard(errors)));
                }
            }
        }
    }

    /// Ends the process at once, as a power cut would (SIGKILL).
    pub(crate) fn kill(&mut self) {
        self.0.kill().expect("own child can be killed");
        self.0.wait().expect("own child can be waited for");
    }

    /// Asks the process to stop as Ctrl-C does, and returns how it ended.
    pub(crate) fn interrupt(&mut self) -> ExitStatus {
        let status = Command::new("kill")
            .args(["-INT", &self.0.id().to_string()])
            .status()
            .expect("kill can be started");
        assert!(status.success(), "own child can be interrupted");
        self.0.wait().expect("own child can be waited for")
    }

    /// Waits until it ends by itself; `None` if it goes on for longer than `patience`.
    pub(crate) fn ended_within(&mut self, patience: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + patience;
        loop {
            let ended = self.0.try_wait().expect("own child");
            if ended.is_some() || Instant::now() >= deadline {
                return ended;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Returns the most memory it ever had, in KiB.
    pub(crate) fn peak_memory_kib(&self) -> u64 {
        let path = format!("/proc/{}/status", self.0.id());
        let text = std::fs::read_to_string(path).expect("it runs");
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let figure = line.and_then(|line| line.split_whitespace().next());
        let figure = figure.and_then(|figure| figure.parse().ok());
        figure.expect("Linux tells")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn heard(errors: std::thread::JoinHandle<String>) -> String {
    errors.join().unwrap_or_default()
}
