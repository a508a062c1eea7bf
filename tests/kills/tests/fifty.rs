//! Fifty kills of every kind, in the gate. `cargo xtask soak kills 1000` does more of the same.
use std::process::Command;

use moneta_kills::{Kind, kill, work_if_asked};

/// The one that is killed: does nothing unless a killer has started it.
#[test]
fn works_until_it_is_killed() {
    work_if_asked();
}

#[tokio::test]
async fn fifty_kills_lose_nothing_that_was_acknowledged_and_leave_the_state_of_a_twin() {
    let victim = || {
        let program = std::env::current_exe().expect("a test runs from a file");
        let mut command = Command::new(program);
        command.args(["--exact", "works_until_it_is_killed", "--nocapture"]);
        command
    };
    let reports = kill(50, 20_261_121, victim).await.unwrap();
    for kind in Kind::ALL {
        let report = &reports[&kind];
        println!("{}: {report:?}", kind.name());
        assert_eq!(report.failures, [], "{}", kind.name());
        assert!(
            report.in_time > 0,
            "{} was never killed in time",
            kind.name()
        );
    }
}
