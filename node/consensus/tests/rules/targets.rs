//! Targets of main and test against those that `tests/vectors/check_headers.py` computes from MIP-0008's text.
use std::path::Path;

use bitcoin::BlockHash;
use bitcoin::hashes::Hash;
use moneta_chain::{Height, Network, Params};
use moneta_consensus::{ParentBlock, RecentTimes, required_bits};
use serde_json::Value;

#[test]
fn the_targets_of_another_program_come_out() {
    let path = "../../mips/vectors/mip-0008/asert.json";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = std::fs::read_to_string(path).expect("a committed vector");
    let runs: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    let mut rows = 0;
    for run in &runs {
        let named = |network: &Network| Some(network.name()) == run["network"].as_str();
        let network = Network::ALL.into_iter().find(named).expect("a network");
        let params = Params::of(network);
        for row in run["rows"].as_array().expect("rows") {
            let number = |field: &str| {
                let number = row[field].as_u64().expect("a number");
                u32::try_from(number).expect("32 bits")
            };
            let parent = ParentBlock {
                id: BlockHash::all_zeros(),
                height: Height::new(number("parent_height")),
                times: RecentTimes::of([number("parent_time")]),
            };
            let bits = required_bits(&parent, &params).to_consensus();
            let expected = row["bits"].as_str().expect("hex");
            assert_eq!(format!("{bits:08x}"), expected, "{}: {row}", run["run"]);
            rows += 1;
        }
    }
    assert!(runs.len() == 12 && rows > 500, "{rows} rows");
}
