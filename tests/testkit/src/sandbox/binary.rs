//! Finds the workspace's own binaries beside the test that runs.
use std::path::PathBuf;
use std::process::Command;

/// Returns the path of one of the workspace's binaries, built in the profile of the running test.
///
/// `cargo test --workspace` builds them all; where one is missing (a single test was asked for) it is
/// built now.
///
/// # Panics
/// The binary is missing and can't be built.
pub fn binary(name: &str) -> PathBuf {
    let exe = std::env::current_exe().expect("a running test has a path");
    let profile = exe
        .ancestors()
        .find(|dir| dir.join(".cargo-lock").exists() || dir.join(".fingerprint").exists())
        .unwrap_or_else(|| panic!("{} is not below a cargo target folder", exe.display()));
    let path = profile.join(name);
    if !path.exists() {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build.args(["build", "--quiet", "--bin", name]);
        if profile.ends_with("release") {
            build.arg("--release");
        }
        let status = build.status().expect("cargo can be started");
        assert!(status.success() && path.exists(), "{name} can't be built");
    }
    path
}
