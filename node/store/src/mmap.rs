//! Files as bytes: the only unsafe code of the workspace, and only to obtain a `&[u8]`.
#![allow(unsafe_code)]
use std::fs::File;
use std::io;

use memmap2::{Mmap, MmapOptions};

/// Maps the first `len` bytes of `file` for reading.
///
/// The caller holds the folder's lock; these bytes are not written and the file is not cut below `len` while
/// a map of it lives.
pub(crate) fn map_prefix(file: &File, len: usize) -> io::Result<Mmap> {
    // SAFETY: a map of a file is sound as long as its bytes do not change and the file does not shrink
    // under it. The archive is append-only: no code here writes to bytes below `len` while a map of them
    // lives. `Archive::open` alone cuts a torn tail and writes the last record again, the same bytes,
    // after the views it has read them through are dropped and before later ones are made. Other
    // Moneta processes are kept out by the folder's lock. A foreign program
    // that writes to our files all the same can do no more than any program that edits our memory: we
    // only ever read plain bytes through the map, checksum them, and parse them with bounds checks.
    unsafe { MmapOptions::new().len(len).map(file) }
}
