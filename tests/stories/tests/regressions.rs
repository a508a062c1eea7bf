//! The table of historical bugs names tests that exist.
use std::path::Path;

#[test]
fn every_test_that_the_table_of_historical_bugs_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let table = std::fs::read_to_string(root.join("docs/regressions.md")).expect("the table");
    let rows = table.lines().filter(|line| line.starts_with("| R"));
    let (mut named, mut missing) = (0, Vec::new());
    for row in rows {
        let mut source = String::new();
        for quoted in row.split('`').skip(1).step_by(2) {
            if quoted.contains('/') && quoted.ends_with(".rs") {
                source = std::fs::read_to_string(root.join(quoted)).unwrap_or_default();
            } else if !quoted.contains(' ') {
                named += 1;
                if !source.contains(&format!("fn {quoted}(")) {
                    missing.push(quoted.to_owned());
                }
            }
        }
    }
    assert!(missing.is_empty(), "no such test: {}", missing.join(", "));
    assert!(named > 15, "only {named} are named");
}
