//! A disk that refuses in the middle of work: nothing acknowledged may be missing once it works again.
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::kills::{Acknowledged, missing, work};
use super::{Sandbox, binary};

/// How long a sandbox may go on answering over a disk that refuses.
const PATIENCE: Duration = Duration::from_secs(8);

/// What strace notes behind a call that it let fail.
const STRUCK: &str = "(INJECTED)";

/// What the disk refuses.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// In words.
    pub about: &'static str,
    /// The system call, the error, and from which call on, as strace's `inject` has it.
    pub inject: &'static str,
    /// The file below the data folder that it strikes; all if empty.
    pub file: &'static str,
}

/// Faults of every kind. The counts let a sandbox start and work a little first; every thread has its own.
pub const FAULTS: &[Fault] = &[
    Fault {
        about: "the block archive can't be synced",
        inject: "fdatasync:error=EIO:when=6+",
        file: "node/blocks.archive",
    },
    Fault {
        about: "one sync of the block archive fails, later ones seem to succeed",
        inject: "fdatasync:error=EIO:when=6",
        file: "node/blocks.archive",
    },
    Fault {
        about: "there is no room for blocks",
        inject: "pwrite64:error=ENOSPC:when=6+",
        file: "node/blocks.archive",
    },
    Fault {
        about: "nothing can be synced",
        inject: "fdatasync,fsync:error=EIO:when=12+",
        file: "",
    },
    Fault {
        about: "there is no room for anything",
        inject: "pwrite64:error=ENOSPC:when=40+",
        file: "",
    },
    Fault {
        about: "every fifth write finds no room",
        inject: "pwrite64:error=ENOSPC:when=100+5",
        file: "",
    },
];

/// Lets a sandbox work while its disk refuses, then starts it again on a sound one.
///
/// # Errors
/// Something acknowledged is missing, or the chain is not whole: in words.
pub fn survive(fault: &Fault) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let dir = folder.path();
    // A history to lose.
    let mut first = Sandbox::start_in(dir, &["--block-time", "1"]);
    first.interrupt();
    let log = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
    let calls = "trace=fdatasync,fsync,pwrite64";
    let mut program: Vec<String> = ["strace", "-f", "-qq", "-e", calls, "-o"]
        .map(str::to_owned)
        .into();
    program.push(log.path().display().to_string());
    if !fault.file.is_empty() {
        program.extend(["-P".to_owned(), dir.join(fault.file).display().to_string()]);
    }
    program.extend(["-e".to_owned(), format!("inject={}", fault.inject)]);
    let acknowledged = Acknowledged::default();
    let said = match Sandbox::start_under(&program, dir) {
        Ok(sandbox) => {
            let ended = strain(sandbox, &acknowledged);
            format!("it ended by itself: {ended}")
        }
        // To refuse to start over a disk that fails is as good.
        Err(said) => said,
    };
    // What never struck was not survived.
    let calls = std::fs::read(log.path()).map_err(|error| error.to_string())?;
    if !String::from_utf8_lossy(&calls).contains(STRUCK) {
        return Err(format!("the fault never struck: {said}"));
    }
    verify(dir, &acknowledged)
}

/// Works until the sandbox ends or gives up, and ends it.
/// Tells whether it ended by itself.
fn strain(mut sandbox: Sandbox, acknowledged: &Acknowledged) -> bool {
    let stop = Arc::new(AtomicBool::new(false));
    let workers: Vec<_> = (0..3)
        .map(|worker| {
            let (client, stop, acknowledged) =
                (sandbox.client(), stop.clone(), acknowledged.clone());
            std::thread::spawn(move || {
                work(&client, &stop, &acknowledged, &format!("fault-{worker}"))
            })
        })
        .collect();
    let ended = sandbox.ended_within(PATIENCE);
    stop.store(true, Ordering::Relaxed);
    if ended.is_none() {
        sandbox.interrupt();
    }
    for worker in workers {
        worker
            .join()
            .expect("a worker that meets a dead server stops");
    }
    ended.is_some()
}

fn verify(dir: &Path, acknowledged: &Acknowledged) -> Result<(), String> {
    let mut sandbox = Sandbox::start_in(dir, &["--block-time", "1"]);
    let lost = missing(
        &sandbox.client(),
        &acknowledged.lock().expect("no worker panicked"),
    );
    if lost > 0 {
        return Err(format!("{lost} acknowledged writes are missing"));
    }
    sandbox.interrupt();
    let checked = Command::new(binary("moneta"))
        .args(["store", "check", "--data-dir"])
        .arg(dir)
        .output()
        .map_err(|error| error.to_string())?;
    if !checked.status.success() {
        return Err(String::from_utf8_lossy(&checked.stdout).into_owned());
    }
    Ok(())
}

/// Lets a sandbox fill a small disk of its own (tmpfs), then gives it room.
///
/// # Errors
/// The disk can't be mounted, something acknowledged is missing, or the chain is not whole: in words.
pub fn survive_full_disk() -> Result<(), String> {
    let disk = SmallDisk::mount("size=6m")?;
    let acknowledged = Acknowledged::default();
    let sandbox = Sandbox::start_in(&disk.path, &["--block-time", "1"]);
    // What is left of the disk goes to a file.
    let filler = disk.path.join("filler");
    let mut filling = std::fs::File::create(&filler).map_err(|error| error.to_string())?;
    while std::io::Write::write_all(&mut filling, &[0; 4_096]).is_ok() {}
    // Blocks go on coming: a node that finds no room for one stops.
    if !strain(sandbox, &acknowledged) {
        return Err("the disk was never full: the sandbox goes on".to_owned());
    }
    std::fs::remove_file(&filler).map_err(|error| error.to_string())?;
    disk.grow("size=256m")?;
    verify(&disk.path, &acknowledged)
}

/// A file system in memory.
struct SmallDisk {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

impl SmallDisk {
    fn mount(size: &str) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let path = folder.path().to_owned();
        let disk = Self {
            path,
            _folder: folder,
        };
        disk.run("mount", &["-t", "tmpfs", "-o", size, "tmpfs"])?;
        Ok(disk)
    }

    fn grow(&self, size: &str) -> Result<(), String> {
        self.run("mount", &["-o", &format!("remount,{size}")])
    }

    fn run(&self, program: &str, args: &[&str]) -> Result<(), String> {
        let status = Command::new(program).args(args).arg(&self.path).status();
        match status {
            Ok(status) if status.success() => Ok(()),
            _ => Err(format!("{program} needs to be allowed: run this as root")),
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Should it still be busy, it goes with the last who uses it.
        let _ = self.run("umount", &["-l"]);
    }
}
