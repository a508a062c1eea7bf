//! What a store costs: bytes on disk, memory of its own, and a page cache that is empty again.
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How often to look whether a store still works, how often in a row it must not, and how long to wait at most.
const LOOK: Duration = Duration::from_millis(50);
const QUIET_LOOKS: u32 = 20;
const PATIENCE: Duration = Duration::from_secs(300);

/// Returns the bytes that the files in `folder` take on disk.
pub(crate) fn disk(folder: &Path) -> u64 {
    let blocks = |file: &PathBuf| file.metadata().map_or(0, |meta| meta.blocks());
    files(folder).iter().map(|file| blocks(file) * 512).sum()
}

/// Returns the bytes of memory that this process holds and that no file backs.
pub(crate) fn anonymous() -> u64 {
    status("RssAnon:") * 1_024
}

/// Returns how long this thread has run on a processor.
pub(crate) fn ran() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let ran = text.split(' ').next().and_then(|ran| ran.parse().ok());
    Duration::from_nanos(ran.unwrap_or_default())
}

/// Tells the system that nobody needs the cached pages of the files in `folder`; they must be closed.
pub(crate) fn drop_cache(folder: &Path) {
    for path in files(folder) {
        let Ok(file) = File::open(path) else { continue };
        // Only clean pages are dropped.
        let _ = file.sync_all();
        let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
    }
}

/// Returns once no thread but this one has had work for a second.
pub(crate) fn wait_until_idle() {
    let start = Instant::now();
    let mut quiet = 0;
    let mut before = others();
    while quiet < QUIET_LOOKS && start.elapsed() < PATIENCE {
        std::thread::sleep(LOOK);
        let (at_work, ran) = others();
        // A thread that only looks whether there is work takes far less than a hundredth of the time.
        let is_quiet = at_work == 0 && ran.saturating_sub(before.1) < LOOK.as_nanos() as u64 / 100;
        quiet = if is_quiet { quiet + 1 } else { 0 };
        before = (at_work, ran);
    }
}

/// Returns how many threads beside the main one run or wait for a disk, and the nanoseconds they have run.
fn others() -> (usize, u64) {
    let main = std::process::id().to_string();
    let tasks = fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten();
    let tasks = tasks.filter(|task| task.file_name() != *main);
    tasks.fold((0, 0), |(at_work, ran), task| {
        let read = |name| fs::read_to_string(task.path().join(name)).unwrap_or_default();
        let is_at_work = read("stat")
            .rsplit_once(") ")
            .is_some_and(|(_, rest)| rest.starts_with(['R', 'D']));
        let took = read("schedstat")
            .split(' ')
            .next()
            .and_then(|took| took.parse().ok());
        (
            at_work + usize::from(is_at_work),
            ran + took.unwrap_or(0_u64),
        )
    })
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .flatten()
        .flat_map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => files(&entry.path()),
            _ => vec![entry.path()],
        })
        .collect()
}

fn status(field: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or_default()
}
