//! Making durable what an earlier process wrote.
use std::io;

use crate::Storage;

/// Most bytes in memory at a time.
const AT_ONCE: u64 = 1 << 20;

/// Writes the bytes from `from` to `end` once more, and syncs: a kill -9 may have come before they were synced, and after a
/// sync that failed the system takes for durable what it never wrote. Nothing may be built on either.
///
/// # Errors
/// The disk is full or failing.
pub fn write_again(storage: &dyn Storage, mut from: u64, end: u64) -> io::Result<()> {
    while from < end {
        let to = end.min(from + AT_ONCE);
        let bytes = {
            let view = storage.view(end)?;
            let [from, to] = [from, to].map(|at| usize::try_from(at).unwrap_or(usize::MAX));
            let part = view.get(from..to);
            part.ok_or(io::ErrorKind::UnexpectedEof)?.to_vec()
        };
        storage.write_at(from, &bytes)?;
        from = to;
    }
    storage.sync()
}
