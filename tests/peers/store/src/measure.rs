//! What a store costs: bytes on disk, memory of its own, and a page cache that is empty again.
use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Returns the bytes that the files in `folder` take on disk.
pub(crate) fn disk(folder: &Path) -> u64 {
    let blocks = |file: &PathBuf| file.metadata().map_or(0, |meta| meta.blocks());
    files(folder).iter().map(|file| blocks(file) * 512).sum()
}

/// Returns the bytes of memory that this process holds and that no file backs.
pub(crate) fn anonymous() -> u64 {
    status("RssAnon:") * 1_024
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

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
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
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or_default()
}
