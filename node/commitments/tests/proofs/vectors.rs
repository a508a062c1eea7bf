//! The files in `mips/vectors/mip-0007`, for verifiers in other languages: written from here by
//! `MONETA_WRITE_VECTORS=1 cargo test -p moneta-commitments`, compared and replayed otherwise.
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use bitcoin::consensus::encode::{deserialize_hex, serialize_hex};
use bitcoin::hashes::Hash;
use bitcoin::hex::{DisplayHex, FromHex};
use bitcoin::{OutPoint, Transaction, TxMerkleNode};
use moneta_chain::Height;
use moneta_commitments::{
    CommitmentProof, Commitments, HistoryLeaf, HistoryProof, MapProof, ProofEnd, Span, placeholder,
};
use serde_json::{Value, json};

use crate::case::{Case, case};

/// Name of a file, what it is about, and what spoils a good proof so.
type Spoiled = (&'static str, &'static str, fn(&mut Case));

const SPOILED: [Spoiled; 14] = [
    (
        "a_coinbase_that_is_none",
        "the transaction spends a coin, so it is no coinbase",
        |case| {
            let coinbase = spoil_coinbase(case, |tx| {
                tx.input[0].previous_output = OutPoint::new(bitcoin::Txid::all_zeros(), 0);
            });
            case.proof.coinbase = coinbase;
        },
    ),
    (
        "a_branch_too_long",
        "no block has a tree of 18 levels",
        |case| {
            case.proof.branch = vec![TxMerkleNode::all_zeros(); 18];
        },
    ),
    (
        "a_coinbase_of_another_block",
        "the branch leads to another merkle root",
        |case| {
            case.header.merkle_root = TxMerkleNode::all_zeros();
        },
    ),
    (
        "a_coinbase_that_commits_to_nothing",
        "the output is missing",
        |case| {
            let coinbase = spoil_coinbase(case, |tx| {
                tx.output.remove(1);
            });
            root_it(case, coinbase);
        },
    ),
    (
        "a_coinbase_that_commits_twice",
        "there are two such outputs",
        |case| {
            let coinbase = spoil_coinbase(case, |tx| tx.output.push(placeholder()));
            root_it(case, coinbase);
        },
    ),
    (
        "another_registry_root",
        "the parts do not hash to what the coinbase carries",
        |case| {
            case.proof.commitments.registry_root[0] ^= 1;
        },
    ),
    (
        "another_filter",
        "a bit of the parent's filter is flipped",
        |case| case.filter[2] ^= 1,
    ),
    (
        "a_way_longer_than_a_key",
        "the way in the registry's map has 257 steps",
        |case| {
            case.map.siblings = vec![[0; 32]; 257];
        },
    ),
    (
        "a_record_beside_the_way",
        "the leaf that is shown does not lie on the way of the key",
        |case| {
            while case.check() != Err("mip0007.map_off_the_way") {
                case.key[1] = case.key[1].wrapping_add(1);
            }
        },
    ),
    (
        "a_way_to_another_root",
        "a sibling in the registry's map is another",
        |case| {
            case.map.siblings[0][0] ^= 1;
        },
    ),
    (
        "another_record",
        "the record under the key is not this one",
        |case| {
            case.record.as_mut().expect("a record").push(0);
        },
    ),
    (
        "an_ancestor_yet_to_come",
        "the history reaches up to height 12",
        |case| {
            case.ancestor.height = Height::new(13);
        },
    ),
    (
        "a_history_with_a_step_left_out",
        "a sibling is missing",
        |case| {
            case.history.siblings.pop();
        },
    ),
    (
        "another_ancestor",
        "the header at that height is another",
        |case| {
            case.ancestor.header.nonce ^= 1;
        },
    ),
];

/// Two more need a hand on the nodes themselves.
fn spoiled() -> impl Iterator<Item = (&'static str, &'static str, Case)> {
    let mut apart = case(true);
    let mut bytes = apart.history.siblings[0].encode();
    bytes[64] ^= 0x40;
    apart.history.siblings[0] = Span::decode(&bytes);
    let about = "two nodes that are joined do not stand side by side";
    let more = [("a_history_with_a_gap", about, apart)];
    let rest = SPOILED.into_iter().map(|(name, about, spoil)| {
        let mut case = case(true);
        spoil(&mut case);
        (name, about, case)
    });
    rest.chain(more)
}

fn all() -> Vec<(&'static str, &'static str, Case)> {
    let good = [
        (
            "a_record_is_there",
            "an asset, an ancestor and a filter are proven",
            case(true),
        ),
        (
            "a_record_is_not_there",
            "the same of an asset that was never issued",
            case(false),
        ),
    ];
    good.into_iter().chain(spoiled()).collect()
}

fn spoil_coinbase(case: &Case, spoil: impl Fn(&mut Transaction)) -> Vec<u8> {
    let mut tx: Transaction =
        bitcoin::consensus::deserialize(&case.proof.coinbase).expect("a coinbase");
    spoil(&mut tx);
    bitcoin::consensus::serialize(&tx)
}

/// Puts the coinbase into a block of its own.
fn root_it(case: &mut Case, coinbase: Vec<u8>) {
    let tx: Transaction = bitcoin::consensus::deserialize(&coinbase).expect("a coinbase");
    case.header.merkle_root = tx.compute_txid().into();
    case.proof.branch.clear();
    case.proof.coinbase = coinbase;
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../mips/vectors/mip-0007")
}

fn write(about: &str, case: &Case) -> Value {
    let parts = &case.proof.commitments;
    let end = match case.map.end {
        ProofEnd::Empty => Value::Null,
        ProofEnd::Leaf { key, value } => {
            json!({"key": key.to_lower_hex_string(), "value": value.to_lower_hex_string()})
        }
    };
    let spans = |spans: &[Span]| -> Vec<String> {
        spans
            .iter()
            .map(|span| span.encode().to_lower_hex_string())
            .collect()
    };
    let nodes = case.proof.branch.iter();
    let siblings = case.map.siblings.iter();
    json!({
        "about": about,
        "header": serialize_hex(&case.header),
        "coinbase": case.proof.coinbase.to_lower_hex_string(),
        "branch": nodes.map(serialize_hex).collect::<Vec<_>>(),
        "filter_header": serialize_hex(&parts.filter_header),
        "registry_root": parts.registry_root.to_lower_hex_string(),
        "history_root": parts.history_root.to_lower_hex_string(),
        "registry": {
            "key": case.key.to_lower_hex_string(),
            "record": case.record.as_ref().map(|record| record.to_lower_hex_string()),
            "siblings": siblings.map(|one| one.to_lower_hex_string()).collect::<Vec<_>>(),
            "end": end,
        },
        "ancestor": {
            "header": serialize_hex(&case.ancestor.header),
            "height": case.ancestor.height.to_u32(),
            "blocks": case.history.blocks,
            "siblings": spans(&case.history.siblings),
            "other_peaks": spans(&case.history.other_peaks),
        },
        "parent_filter": case.filter.to_lower_hex_string(),
        "filter_header_before": serialize_hex(&case.before),
        "expect": case.check().err(),
    })
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    <[u8; N]>::from_hex(text(value)).expect("hex")
}

fn list<T>(value: &Value, read: impl Fn(&Value) -> T) -> Vec<T> {
    value.as_array().expect("a list").iter().map(read).collect()
}

fn read(file: &Value) -> Case {
    let bytes = |value: &Value| Vec::<u8>::from_hex(text(value)).expect("hex");
    let number = |value: &Value| u32::try_from(value.as_u64().expect("a number")).expect("u32");
    let span = |value: &Value| Span::decode(&array(value));
    let (registry, ancestor) = (&file["registry"], &file["ancestor"]);
    let end = match &registry["end"] {
        Value::Null => ProofEnd::Empty,
        end => ProofEnd::Leaf {
            key: array(&end["key"]),
            value: array(&end["value"]),
        },
    };
    Case {
        header: deserialize_hex(text(&file["header"])).expect("a header"),
        proof: CommitmentProof {
            coinbase: bytes(&file["coinbase"]),
            branch: list(&file["branch"], |node| {
                deserialize_hex(text(node)).expect("a node")
            }),
            commitments: Commitments {
                filter_header: deserialize_hex(text(&file["filter_header"])).expect("a hash"),
                registry_root: array(&file["registry_root"]),
                history_root: array(&file["history_root"]),
            },
        },
        key: bytes(&registry["key"]),
        record: (!registry["record"].is_null()).then(|| bytes(&registry["record"])),
        map: MapProof {
            siblings: list(&registry["siblings"], array),
            end,
        },
        ancestor: HistoryLeaf {
            header: deserialize_hex(text(&ancestor["header"])).expect("a header"),
            height: Height::new(number(&ancestor["height"])),
        },
        history: HistoryProof {
            blocks: number(&ancestor["blocks"]),
            siblings: list(&ancestor["siblings"], span),
            other_peaks: list(&ancestor["other_peaks"], span),
        },
        filter: bytes(&file["parent_filter"]),
        before: deserialize_hex(text(&file["filter_header_before"])).expect("a hash"),
    }
}

#[test]
fn every_committed_file_is_as_written_and_its_verdict_holds() {
    let writes = std::env::var_os("MONETA_WRITE_VECTORS").is_some();
    let mut names = BTreeSet::new();
    for (name, about, case) in all() {
        let path = folder().join(format!("{name}.json"));
        let expected = write(about, &case);
        names.insert(path.file_name().expect("a name").to_owned());
        if writes {
            let text = serde_json::to_string_pretty(&expected).expect("JSON") + "\n";
            std::fs::create_dir_all(folder()).expect("a folder");
            std::fs::write(&path, text).expect("a writable folder");
        }
        let text = std::fs::read_to_string(&path).expect("a committed vector");
        let file: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(file, expected, "{name}");
        let verdict = read(&file).check().err();
        assert_eq!(verdict, file["expect"].as_str(), "{name}");
    }
    let files = std::fs::read_dir(folder()).expect("a folder of vectors");
    for file in files {
        let name = file.expect("a readable entry").file_name();
        assert!(names.contains(&name), "{} has no source", name.display());
    }
}

#[test]
fn every_code_of_a_proof_has_a_file_that_is_refused_with_it() {
    let sources = [
        include_str!("../../src/proof.rs"),
        include_str!("../../src/map/proof.rs"),
        include_str!("../../src/history/proof.rs"),
    ];
    let texts = sources
        .iter()
        .flat_map(|source| source.split('"').skip(1).step_by(2));
    let codes: BTreeSet<&str> = texts.filter(|text| text.starts_with("mip0007.")).collect();
    assert!(codes.len() > 10, "only {} codes were found", codes.len());
    let refused: BTreeSet<&str> = all()
        .iter()
        .filter_map(|(_, _, case)| case.check().err())
        .collect();
    let without: Vec<_> = codes.difference(&refused).collect();
    assert!(without.is_empty(), "no file is refused with {without:?}");
}

#[test]
fn a_second_reader_in_another_language_agrees() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut command = Command::new("python3");
    let checker = root.join("tests/vectors/check_headers.py");
    let output = match command.arg(checker).arg(root.join("mips/vectors")).output() {
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
        said.starts_with(&format!("{} proofs", all().len())),
        "{said}"
    );
}
