//! What a user meets when a start goes wrong, and what `--fresh` does.
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use moneta_testkit::sandbox::{Sandbox, binary};

fn moneta(args: &[&str], dir: &Path) -> Output {
    Command::new(binary("moneta"))
        .args(args)
        .arg("--data-dir")
        .arg(dir)
        .stdin(Stdio::null())
        .output()
        .expect("moneta can be started")
}

fn complaint(output: &Output) -> String {
    assert!(!output.status.success(), "it should fail");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_taken_port_names_the_flag_that_chooses_another() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let dir = tempfile::tempdir().expect("a folder");
    let said = complaint(&moneta(&["sandbox", "--listen", &address], dir.path()));
    assert!(
        said.contains(&address) && said.contains("--listen"),
        "{said}"
    );
}

#[test]
fn a_second_sandbox_over_the_same_folder_is_refused_and_the_first_goes_on() {
    let first = Sandbox::start();
    let said = complaint(&moneta(
        &["sandbox", "--listen", "127.0.0.1:0"],
        first.dir(),
    ));
    assert!(said.contains("use"), "{said}");
    let fresh = moneta(
        &["sandbox", "--listen", "127.0.0.1:0", "--fresh", "--yes"],
        first.dir(),
    );
    assert!(complaint(&fresh).contains("--fresh removes nothing"));
    first.client().get("/v1/chain").ok();
}

#[test]
fn fresh_asks_in_a_script_and_begins_anew_when_told_yes() {
    let mut sandbox = Sandbox::start();
    let key = sandbox.api_key().to_owned();
    assert!(sandbox.interrupt().success());
    let said = complaint(&moneta(
        &["sandbox", "--listen", "127.0.0.1:0", "--fresh"],
        sandbox.dir(),
    ));
    assert!(said.contains("--yes"), "{said}");
    let anew = Sandbox::start_in(sandbox.dir(), &["--fresh", "--yes"]);
    assert_ne!(
        anew.api_key(),
        key,
        "a fresh sandbox has a custody key of its own"
    );
}

#[test]
fn the_demo_without_a_sandbox_says_how_to_start_one() {
    let dir = tempfile::tempdir().expect("a folder");
    let said = complaint(&moneta(&["demo"], dir.path()));
    assert!(said.contains("cargo run --release"), "{said}");
}

#[test]
fn the_demo_holds_twice_in_a_row_and_after_a_restart() {
    let mut sandbox = Sandbox::start();
    for round in 0..3 {
        if round == 2 {
            assert!(sandbox.interrupt().success());
            sandbox.restart();
        }
        let output = moneta(&["demo"], sandbox.dir());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            output.status.success(),
            "round {round}: {said}\n{}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
}
