//! Builds the stores, which are a workspace of their own.
use std::ffi::OsString;
use std::process::Command;

use anyhow::ensure;

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../peers/store/Cargo.toml");
/// The program that they are built into.
pub(super) const BINARY: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../peers/store/target/release/moneta-peers-store"
);

/// Builds them, RocksDB where that can be.
pub(super) fn build() -> anyhow::Result<()> {
    println!("building the peers (minutes, the first time)");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let run = |features: &[&str]| {
        let built = Command::new::<&OsString>(&cargo)
            .args([
                "build",
                "--quiet",
                "--release",
                "--locked",
                "--manifest-path",
                MANIFEST,
            ])
            .args(features)
            .status();
        built.is_ok_and(|status| status.success())
    };
    if std::env::var_os("LIBCLANG_PATH").is_some() && run(&["--features", "rocksdb"]) {
        return Ok(());
    }
    println!("without RocksDB, which needs libclang and LIBCLANG_PATH");
    ensure!(run(&[]), "the peers can't be built");
    Ok(())
}
