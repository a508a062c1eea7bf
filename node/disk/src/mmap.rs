//! Files as bytes: unsafe, and only to obtain a `&[u8]`.
#![allow(unsafe_code)]
use std::fs::File;
use std::io;

use memmap2::{Mmap, MmapOptions};

/// Maps the first `len` bytes of `file` for reading.
///
/// These bytes are not written and the file is not cut below `len` while a map of it lives.
pub(crate) fn map_prefix(file: &File, len: usize) -> io::Result<Mmap> {
    // SAFETY: a map of a file is sound as long as its bytes do not change and the file does not shrink under it.
    // `Storage::view` asks its callers for that: what a view shows is synced before and never written again. The
    // archive is append-only, and cuts a torn tail when it opens, after the views it has read the tail through are
    // dropped and before later ones are made; tables are written once and only ever removed, which leaves maps
    // whole. Other Moneta processes are kept out by the lock of the data folder. A foreign program that writes to our
    // files all the same can do no more than any program that edits our memory: we only ever read plain bytes
    // through the map, checksum them, and parse them with bounds checks.
    unsafe { MmapOptions::new().len(len).map(file) }
}
