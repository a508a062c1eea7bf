//! An operator looks after a chain with `moneta store`: nothing is served meanwhile, and nothing is lost.
use std::path::Path;
use std::process::Command;

use moneta_testkit::sandbox::{Sandbox, binary};

/// Runs `moneta store` over a folder; returns what it said on both outputs, or on failure that with `Err`.
fn store(dir: &Path, args: &[&str]) -> Result<String, String> {
    let output = Command::new(binary("moneta"))
        .arg("store")
        .args(args)
        .arg("--data-dir")
        .arg(dir)
        .output()
        .expect("moneta can be started");
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        Ok(said)
    } else {
        Err(said)
    }
}

#[test]
fn a_chain_is_checked_rebuilt_and_carried_while_nobody_runs_on_it() {
    let mut sandbox = Sandbox::start();
    let busy = store(sandbox.dir(), &["stats"]).expect_err("a sandbox runs on it");
    assert!(busy.contains("in use"), "{busy}");
    assert!(sandbox.interrupt().success());
    let dir = sandbox.dir().to_owned();

    let stats = store(&dir, &["stats"]).expect("a whole chain");
    assert!(
        stats.contains("coins") && stats.contains("registry"),
        "{stats}"
    );
    let checked = store(&dir, &["check"]).expect("a whole chain");
    assert!(checked.contains("all is whole"), "{checked}");
    let digest = store(&dir, &["digest"]).expect("a whole chain");
    assert!(
        checked.contains(digest.trim()),
        "{checked} has not {digest}"
    );
    let early = store(&dir, &["digest", "--height", "5"]).expect("a whole chain");
    assert_ne!(early, digest);
    store(&dir, &["digest", "--height", "999999"]).expect_err("the chain is not that long");
    store(&dir, &["rebuild"]).expect("every block is there");
    assert_eq!(store(&dir, &["digest"]), Ok(digest.clone()));

    let elsewhere = tempfile::tempdir().expect("a folder");
    let file = elsewhere.path().join("snapshot");
    let file = file.to_str().expect("UTF-8");
    store(&dir, &["export", file, "--depth", "0"]).expect("a whole chain");
    store(&dir, &["export", file, "--depth", "0"]).expect_err("a file is not overwritten");
    let import = ["import", file, "--digest", digest.trim()];
    store(elsewhere.path(), &import).expect("the digest is right");
    assert_eq!(store(elsewhere.path(), &["digest"]), Ok(digest));
    store(elsewhere.path(), &["check"]).expect("a whole state");

    let few = store(&dir, &["prune", "--keep", "10"]).expect_err("too few for a reorganisation");
    assert!(few.contains("1000"), "{few}");
    sandbox.restart();
    sandbox.client().get("/v1/chain").ok();
}
