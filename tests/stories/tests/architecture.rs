//! The house keeps its shape: layers, first lines, file sizes, one room for unsafe code.
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Crates of layer 5 that may import anything, and that nobody imports but for tests.
const TEST_CRATES: &[&str] = &[
    "moneta-model",
    "moneta-kills",
    "moneta-simulation",
    "moneta-testkit",
    "moneta-stories",
    "moneta-vectors",
    "moneta-fuzz-targets",
    "xtask",
];
/// Files that may hold unsafe code.
const UNSAFE_ROOMS: &[&str] = &[
    "node/ethash/src/lockstep.rs",
    "node/disk/src/mmap.rs",
    // LMDB's own interface asks for it.
    "tests/peers/store/src/stores/heed.rs",
];
/// Hard limit of production lines in one file.
const MAX_LINES: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the workspace root exists")
}

struct Row {
    layer: u8,
    may_import: BTreeSet<String>,
}

fn table() -> BTreeMap<String, Row> {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let (_, rest) = text
        .split_once("<!-- layers:begin -->")
        .expect("the table begins");
    let (table, _) = rest
        .split_once("<!-- layers:end -->")
        .expect("the table ends");
    table
        .lines()
        .filter_map(|line| {
            let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
            let layer = cells.first()?.parse().ok()?;
            let may_import = cells[2].split_whitespace().map(str::to_owned).collect();
            Some((cells[1].to_owned(), Row { layer, may_import }))
        })
        .collect()
}

/// Workspace crates with the workspace crates each imports outside of tests.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(root())
        .output()
        .expect("cargo metadata runs");
    let metadata: Value =
        serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let names: BTreeSet<_> = packages
        .iter()
        .map(|package| package["name"].as_str().expect("name"))
        .collect();
    packages
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().expect("dependencies");
            let ours = dependencies
                .iter()
                .filter(|dependency| dependency["kind"] != "dev")
                .filter_map(|dependency| dependency["name"].as_str())
                .filter(|name| names.contains(name))
                .map(str::to_owned)
                .collect();
            (package["name"].as_str().expect("name").to_owned(), ours)
        })
        .collect()
}

#[test]
fn every_import_is_an_arrow_of_the_layer_table_and_points_down() {
    let table = table();
    for (name, imported) in imports() {
        if TEST_CRATES.contains(&name.as_str()) {
            continue;
        }
        let row = table
            .get(&name)
            .unwrap_or_else(|| panic!("{name} is not in the table of ARCHITECTURE.md"));
        for dependency in imported {
            assert!(
                row.may_import.contains(&dependency),
                "{name} imports {dependency}: not in ARCHITECTURE.md"
            );
            let below = &table[&dependency];
            assert!(
                below.layer < row.layer,
                "{name} (layer {}) -> {dependency} (layer {})",
                row.layer,
                below.layer
            );
        }
    }
}

#[test]
fn the_layer_table_names_no_crate_that_is_gone() {
    let imports = imports();
    for (name, row) in table() {
        let real = imports
            .get(&name)
            .unwrap_or_else(|| panic!("{name} of ARCHITECTURE.md does not exist"));
        for allowed in &row.may_import {
            assert!(
                real.contains(allowed),
                "{name} no longer imports {allowed}: remove it from ARCHITECTURE.md"
            );
        }
    }
}

#[test]
fn every_source_file_says_on_its_first_line_what_it_is_for() {
    for path in sources() {
        let text = std::fs::read_to_string(&path).expect("a source file");
        assert!(
            text.starts_with("//!"),
            "{} does not begin with //!",
            path.display()
        );
    }
}

#[test]
fn no_production_file_is_longer_than_the_limit() {
    for path in sources() {
        if path.ends_with("tests.rs") || path.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source file");
        let production = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .expect("split yields one part at least");
        let lines = production.lines().count();
        assert!(lines <= MAX_LINES, "{} has {lines} lines", path.display());
    }
}

#[test]
fn unsafe_code_lives_in_its_rooms_only() {
    for path in sources() {
        let text = std::fs::read_to_string(&path).expect("a source file");
        let inside = path
            .strip_prefix(root())
            .expect("below the root")
            .to_string_lossy()
            .into_owned();
        // What our figures are held against is no part of any binary of ours.
        if inside.starts_with("tests/peers/") {
            continue;
        }
        let opens = ["unsafe {", "unsafe fn", "unsafe impl", "allow(unsafe_code)"]
            .iter()
            .any(|word| {
                text.lines()
                    .any(|line| line.contains(word) && !line.contains('"'))
            });
        assert!(
            !opens || UNSAFE_ROOMS.contains(&inside.as_str()),
            "{inside} holds unsafe code"
        );
    }
}

/// Every Rust file of the workspace; walked by hand so that it works without git too.
fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the workspace") {
            let path = entry.expect("a readable entry").path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default()
                .to_owned();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                folders.push(path);
            } else if name.ends_with(".rs") {
                files.push(path);
            }
        }
    }
    assert!(
        files.len() > 40,
        "only {} source files were found",
        files.len()
    );
    files
}
