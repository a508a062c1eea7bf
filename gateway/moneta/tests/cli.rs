//! The command line of `moneta`: what it offers, and what it says to bad input.
//!
//! Also the reason why `cargo test --workspace` builds the binary, which the stories start.
use std::process::{Command, Output};

fn moneta(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_moneta"))
        .args(args)
        .output()
        .expect("moneta can be started")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn help_names_every_command() {
    let output = moneta(&["--help"]);
    assert!(output.status.success());
    for command in ["sandbox", "node", "demo", "store", "wallet", "verify"] {
        assert!(said(&output).contains(command), "{command}");
    }
}

#[test]
fn an_unknown_option_is_a_usage_error() {
    assert_eq!(moneta(&["sandbox", "--fast"]).status.code(), Some(2));
    assert_eq!(
        moneta(&["sandbox", "--yes"]).status.code(),
        Some(2),
        "--yes without --fresh means nothing"
    );
    assert_eq!(
        moneta(&["sandbox", "--listen", "nowhere"]).status.code(),
        Some(2)
    );
}

#[test]
fn what_is_no_proof_is_refused_in_words() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("proof.json");
    let verify = || moneta(&["verify", path.to_str().expect("UTF-8")]);
    assert!(!verify().status.success() && said(&verify()).contains("can't be opened"));
    for (text, reason) in [
        ("", "not a notarisation proof"),
        ("{}", "not a notarisation proof"),
        ("[1", "not a notarisation proof"),
    ] {
        std::fs::write(&path, text).expect("a file");
        assert_eq!(verify().status.code(), Some(1), "{text}");
        assert!(said(&verify()).contains(reason), "{}", said(&verify()));
    }
    std::fs::write(&path, vec![b' '; (4 << 20) + 1]).expect("a file");
    assert!(said(&verify()).contains("larger"), "{}", said(&verify()));
}

#[test]
fn a_node_that_cannot_start_says_why_and_what_to_do() {
    let dir = tempfile::tempdir().expect("a folder");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = taken.local_addr().expect("bound").to_string();
    let node = |network: &str, more: &[&str]| {
        let dir = dir.path().to_str().expect("UTF-8");
        let mut args = vec!["node", "--network", network, "--data-dir", dir];
        args.extend(more);
        let output = moneta(&args);
        assert_eq!(output.status.code(), Some(1));
        said(&output)
    };
    let failed = node("dev", &["--listen", &taken]);
    assert!(failed.contains("another node run here"), "{failed}");
    let failed = node("dev", &["--no-listen", "--status", &taken]);
    assert!(failed.contains("name another with --status"), "{failed}");
    // The first left an empty chain of the dev network.
    let failed = node("test", &["--no-listen"]);
    assert!(failed.contains("another network"), "{failed}");
    // A name that nobody knows now may be known later; this one never will.
    let failed = node("dev", &["--no-listen", "--connect", "nowhere:70000"]);
    assert!(failed.contains("neither HOST nor HOST:PORT"), "{failed}");
}
