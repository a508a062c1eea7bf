//! Kill -9 in the middle of work: nothing acknowledged is lost, and the sandbox starts again.
use moneta_testkit::sandbox::kill_and_restart;

#[test]
fn six_kills_lose_nothing_that_was_acknowledged() {
    let report = kill_and_restart(6, 20_261_121);
    assert!(
        report.acknowledged > 0,
        "the workers got something acknowledged: {report:?}"
    );
    assert_eq!((report.whole, report.lost), (6, 0), "{report:?}");
}
