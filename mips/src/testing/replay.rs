//! Replays `mips/vectors`: every file's verdict holds, every code has a file, and a second reader agrees.
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{Vector, json, judge};
use crate::{
    AssetError, EnvelopeError, FreezeError, HoldingError, IdentityError, NotarisationError,
    PieceError, envelope, mip_0001_freezing, mip_0002_identity, mip_0003_assets, mip_0004_unique,
    mip_0005_holding, mip_0006_notarisation,
};

/// Every scenario by its folder.
pub(super) fn scenarios() -> BTreeMap<&'static str, Vec<Vector>> {
    BTreeMap::from([
        ("envelope", envelope::vectors()),
        ("mip-0001", mip_0001_freezing::vectors()),
        ("mip-0002", mip_0002_identity::vectors()),
        ("mip-0003", mip_0003_assets::vectors()),
        ("mip-0004", mip_0004_unique::vectors()),
        ("mip-0005", mip_0005_holding::vectors()),
        ("mip-0006", mip_0006_notarisation::vectors()),
    ])
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

/// Every committed file.
fn files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for kind in scenarios().keys() {
        let entries = std::fs::read_dir(folder().join(kind)).expect("a folder of vectors");
        files.extend(entries.map(|entry| entry.expect("a readable entry").path()));
    }
    files
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("a readable vector");
    serde_json::from_str(&text).unwrap_or_else(|err| panic!("{}: {err}", path.display()))
}

#[test]
fn the_verdict_of_every_committed_vector_holds() {
    let files = files();
    assert!(files.len() > 80, "only {} vectors", files.len());
    for path in files {
        let replay = json::read(&read(&path));
        let verdict = judge(
            &replay.tx,
            &replay.spent,
            &replay.registry,
            (&replay.frozen_in_block, &replay.spent_in_block),
            &replay.unspent,
            replay.height,
        );
        let verdict = json::verdict(&verdict);
        assert_eq!(verdict, replay.expect, "{}", path.display());
    }
}

#[test]
fn every_code_has_a_vector_that_rejects_and_every_mip_one_that_accepts() {
    let mut codes: BTreeSet<&str> = BTreeSet::new();
    for list in [
        EnvelopeError::CODES,
        FreezeError::CODES,
        IdentityError::CODES,
        AssetError::CODES,
        PieceError::CODES,
        HoldingError::CODES,
        NotarisationError::CODES,
    ] {
        codes.extend(list);
    }
    let mut accepting = BTreeSet::new();
    let mut rejecting = BTreeSet::new();
    for path in files() {
        match read(&path)["expect"]["code"].as_str() {
            Some(code) => rejecting.insert(code.to_owned()),
            None => accepting.insert(path.parent().expect("a folder").to_owned()),
        };
    }
    let missing: Vec<_> = codes
        .iter()
        .filter(|code| !rejecting.contains(**code))
        .collect();
    assert!(missing.is_empty(), "no vector rejects with {missing:?}");
    assert_eq!(accepting.len(), scenarios().len());
}

/// `MONETA_WRITE_VECTORS=1 cargo test -p moneta-mips` writes the files anew; look at the difference.
#[test]
fn the_committed_vectors_are_those_of_the_scenarios() {
    let rewrite = std::env::var_os("MONETA_WRITE_VECTORS").is_some();
    let mut expected = BTreeSet::new();
    for (kind, vectors) in scenarios() {
        super::assert_verdicts(&vectors);
        for vector in vectors {
            let path = folder().join(kind).join(format!("{}.json", vector.name));
            let value = json::write(&vector);
            if rewrite {
                std::fs::create_dir_all(folder().join(kind)).expect("a folder");
                let text = serde_json::to_string_pretty(&value).expect("JSON");
                std::fs::write(&path, text + "\n").expect("a written vector");
            }
            assert_eq!(read(&path), value, "{}", path.display());
            assert!(expected.insert(path), "two vectors of one name");
        }
    }
    for path in files() {
        assert!(expected.contains(&path), "{} is stale", path.display());
    }
}

#[test]
fn a_second_reader_in_another_language_agrees() {
    let checker = folder().join("../../tests/vectors/check_vectors.py");
    let output = match Command::new("python3").arg(checker).arg(folder()).output() {
        Ok(output) => output,
        Err(error) => {
            let required = std::env::var_os("MONETA_REQUIRE_VECTORS").is_some();
            assert!(!required, "python3 is required: {error}");
            println!("SKIPPED: no python3 ({error}), so no second reader checks the vectors");
            return;
        }
    };
    let said = String::from_utf8_lossy(&output.stdout);
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{failed}");
    assert!(
        said.contains(&format!("{} vectors", files().len())),
        "{said}"
    );
}
