//! Bitcoin Core's `sighash.json` and bitcoinjs' hashes: what a signature signs.
use bitcoin::hex::FromHex;
use bitcoin::{Amount, Transaction, TxOut, consensus};
use moneta_script::PreparedTransaction;
use serde_json::Value;

use crate::asm;
use crate::tally::Tally;

#[test]
fn legacy_digests_are_bitcoin_cores() {
    let Some(text) = moneta_vectors::text("sighash/sighash.json") else {
        return;
    };
    let rows: Vec<Vec<Value>> = serde_json::from_str(&text).unwrap();
    let mut tally = Tally::new("sighash");
    for row in rows.iter().filter(|row| row.len() == 5) {
        let spend = transaction(row[0].as_str().unwrap());
        let script = Vec::from_hex(row[1].as_str().unwrap()).unwrap();
        let index = usize::try_from(row[2].as_u64().unwrap()).unwrap();
        let hash_type = i32::try_from(row[3].as_i64().unwrap()).unwrap();
        let coins = vec![TxOut::NULL; spend.input.len()];
        let prepared = PreparedTransaction::new(&spend, &coins).unwrap();
        let input = prepared.input(index).unwrap();
        let mut digest = input.legacy_digest(&script, hash_type.cast_unsigned());
        digest.reverse();
        let expected = Vec::from_hex(row[4].as_str().unwrap()).unwrap();
        tally.case(digest[..] == expected, || format!("{row:?}"));
    }
    tally.finish(200);
}

#[test]
fn digests_are_what_a_bitcoinjs_client_signs() {
    let Some(text) = moneta_vectors::text("bitcoinjs/transaction.json") else {
        return;
    };
    let all: Value = serde_json::from_str(&text).unwrap();
    let mut tally = Tally::new("bitcoinjs-digests");
    let mut without_input = 0;
    for (family, segwit) in [("hashForSignature", false), ("hashForWitnessV0", true)] {
        for row in all[family].as_array().unwrap() {
            let spend = transaction(row["txHex"].as_str().unwrap());
            let index = usize::try_from(row["inIndex"].as_u64().unwrap()).unwrap();
            let script = asm::parse(&pushes(row["script"].as_str().unwrap()));
            let coin = TxOut {
                value: Amount::from_sat(row["value"].as_u64().unwrap_or(0)),
                script_pubkey: script.clone(),
            };
            let coins = vec![coin; spend.input.len()];
            let prepared = PreparedTransaction::new(&spend, &coins).unwrap();
            let Some(input) = prepared.input(index) else {
                without_input += 1;
                continue;
            };
            let hash_type = u32::try_from(row["type"].as_u64().unwrap()).unwrap();
            let digest = if segwit {
                input.segwit_v0_digest(script.as_bytes(), hash_type)
            } else {
                input.legacy_digest(script.as_bytes(), hash_type)
            };
            let expected = Vec::from_hex(row["hash"].as_str().unwrap()).unwrap();
            tally.case(digest[..] == expected, || format!("{row}"));
        }
    }
    println!(
        "out-of-scope bitcoinjs-digests {without_input} (asks for an input that is not there)"
    );
    tally.finish(10);
}

fn transaction(hex: &str) -> Transaction {
    consensus::deserialize(&Vec::from_hex(hex).unwrap()).unwrap()
}

/// bitcoinjs writes a push as its hex alone.
fn pushes(text: &str) -> String {
    let words = text
        .split_whitespace()
        .map(|word| match Vec::from_hex(word) {
            Ok(data) if !word.starts_with("OP_") => format!("0x{:02x}{word}", data.len()),
            _ => word.to_owned(),
        });
    words.collect::<Vec<_>>().join(" ")
}
