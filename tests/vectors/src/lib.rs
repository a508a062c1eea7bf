//! Finds third-party test data, which is never copied into this repository.
//!
//! The folder is `MONETA_VECTORS`, or `../shared/vectors` seen from the workspace root. Where it is
//! absent a test says so loudly and skips; with `MONETA_REQUIRE_VECTORS=1` (`.ci/run`) absence fails.
#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};

/// Returns the path of `file` below the vector folder, or `None` (after saying so) if it is absent.
///
/// # Panics
/// `MONETA_REQUIRE_VECTORS` is set and the file is absent.
pub fn path(file: &str) -> Option<PathBuf> {
    let path = folder().join(file);
    if path.exists() {
        return Some(path);
    }
    assert!(
        std::env::var_os("MONETA_REQUIRE_VECTORS").is_none(),
        "vectors required, but {} is absent",
        path.display()
    );
    println!(
        "SKIPPED: no test vectors at {} (set MONETA_VECTORS)",
        path.display()
    );
    None
}

/// Returns the text of `file` below the vector folder, or `None` (after saying so) if it is absent.
///
/// # Panics
/// The file can't be read, or `MONETA_REQUIRE_VECTORS` is set and it is absent.
pub fn text(file: &str) -> Option<String> {
    path(file).map(|path| {
        std::fs::read_to_string(&path).unwrap_or_else(|err| panic!("{}: {err}", path.display()))
    })
}

fn folder() -> PathBuf {
    std::env::var_os("MONETA_VECTORS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors"),
        PathBuf::from,
    )
}
