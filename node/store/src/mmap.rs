//! Files as bytes: the only unsafe code of the workspace, and only to obtain a `&[u8]`.
#![allow(unsafe_code)]
use std::fs::File;
use std::io;

use memmap2::{Mmap, MmapOptions};

/// Maps the first `len` bytes of `file` for reading.
///
/// The caller holds the folder's lock and has synced these bytes; they are never written again and the
/// file is never cut below `len` while a map of it lives.
pub(crate) fn map_prefix(file: &File, len: usize) -> io::Result<Mmap> {
    // SAFETY: a map of a file is sound as long as its bytes do not change and the file does not shrink
    // under it. The archive is append-only: bytes below `len` were synced before this call and no code
    // here writes to them again; the one truncation (a torn tail) happens in `Archive::open` before
    // later views are made and never below the end of a whole record, which is as far as any reader
    // of a view looks. Other Moneta processes are kept out by the folder's lock. A foreign program
    // that writes to our files all the same can do no more than any program that edits our memory: we
    // only ever read plain bytes through the map, checksum them, and parse them with bounds checks.
    unsafe { MmapOptions::new().len(len).map(file) }
}
