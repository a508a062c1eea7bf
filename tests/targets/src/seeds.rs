//! Where fuzzing starts: third-party vectors, our own, and the genesis blocks.
use std::path::Path;

use bitcoin::consensus::serialize;
use bitcoin::hex::FromHex;
use bitcoin::{Block, Transaction, consensus};
use moneta_chain::Params;
use moneta_mips::{ENVELOPE_TAG, find_envelope};
use serde_json::Value;

/// Longest seed: what is longer is slow to run and says no more.
const MAX_LEN: usize = 100_000;

/// Headers of every network with their seals, alone and in a row.
pub(crate) fn headers() -> Vec<Vec<u8>> {
    let networks = [Params::main(), Params::test(), Params::dev()];
    let one = networks
        .iter()
        .map(|params| {
            let header = serialize(&params.genesis.header);
            [header, params.genesis_seal.encode().to_vec()].concat()
        })
        .collect::<Vec<_>>();
    let row = one.concat();
    one.into_iter().chain([row]).collect()
}

/// The genesis blocks, and a real block shortened to its first transactions.
pub(crate) fn blocks() -> Vec<Vec<u8>> {
    let genesis = [Params::main(), Params::dev()].map(|params| serialize(&params.genesis));
    let mut seeds = genesis.to_vec();
    for file in ["core_block413567", "bcoin_block482683"] {
        let path = moneta_vectors::path(&format!("blocks/{file}.raw"));
        if let Some(bytes) = path.and_then(|path| std::fs::read(path).ok()) {
            let mut block: Block = consensus::deserialize(&bytes).expect("a real block");
            block.txdata.truncate(5);
            seeds.push(serialize(&block));
        }
    }
    seeds
}

/// Bitcoin Core's vectors, each with a script behind it that a few of them spend.
pub(crate) fn transactions() -> Vec<Vec<u8>> {
    let mut seeds = ours().iter().map(serialize).collect::<Vec<_>>();
    for file in ["tx/tx_valid.json", "tx/tx_invalid.json"] {
        let Some(text) = moneta_vectors::text(file) else {
            continue;
        };
        let rows: Vec<Vec<Value>> = serde_json::from_str(&text).expect("a list of lists");
        let hexes = rows.iter().filter_map(|row| row.get(1)?.as_str());
        seeds.extend(hexes.filter_map(|hex| Vec::from_hex(hex).ok()));
    }
    seeds.retain(|seed| seed.len() <= MAX_LEN);
    seeds
}

/// Payloads of the MIPs' vectors, good and bad.
pub(crate) fn envelopes() -> Vec<Vec<u8>> {
    let scripts = ours().into_iter().flat_map(|tx| tx.output);
    let payload = |script: bitcoin::ScriptBuf| {
        let push = script.instructions().nth(1)?.ok()?;
        let payload = push.push_bytes()?.as_bytes().strip_prefix(&ENVELOPE_TAG)?;
        Some(payload.to_vec())
    };
    scripts
        .filter_map(|output| payload(output.script_pubkey))
        .collect()
}

/// What the MIPs' vectors leave in the registry.
pub(crate) fn records() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for vector in vectors() {
        let changes = vector["expect"]["changes"].as_array().cloned();
        for change in changes.unwrap_or_default() {
            let sides = ["before", "after"].map(|side| change[side].as_str().map(str::to_owned));
            let bytes = sides.into_iter().flatten();
            seeds.extend(bytes.filter_map(|hex| Vec::from_hex(&hex).ok()));
        }
    }
    seeds
}

/// Transactions of the MIPs' vectors.
fn ours() -> Vec<Transaction> {
    let decode = |vector: &Value| {
        let bytes = Vec::from_hex(vector["tx"].as_str()?).ok()?;
        consensus::deserialize::<Transaction>(&bytes).ok()
    };
    let transactions: Vec<Transaction> = vectors().iter().filter_map(decode).collect();
    let found = |tx: &Transaction| find_envelope(tx).is_ok_and(|found| found.is_some());
    assert!(transactions.iter().any(found), "our own vectors are here");
    transactions
}

fn vectors() -> Vec<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../mips/vectors");
    let folders = std::fs::read_dir(root).expect("the folder of vectors");
    let mut paths: Vec<_> = folders
        .filter_map(|folder| std::fs::read_dir(folder.ok()?.path()).ok())
        .flatten()
        .filter_map(|file| Some(file.ok()?.path()))
        .collect();
    paths.sort();
    paths
        .iter()
        .filter_map(|path| serde_json::from_slice(&std::fs::read(path).ok()?).ok())
        .collect()
}
